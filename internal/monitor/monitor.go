// Package monitor asks a NATS server over its monitoring port what it says nowhere else: whether it waits for the disk, how much room
// it has, whether its cluster has a leader.
package monitor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

// Durabilities of a log, as its server reports them.
const (
	Durable = "durable" // every write is on the disk before it is acknowledged
	Fast    = "fast"    // the disk is synced now and then: a power cut may lose what came since
	Unknown = "unknown" // the server was not asked, or did not say
)

// Server is what a server says of itself.
type Server struct {
	Name, Version string
	SyncAlways    bool
	SyncInterval  time.Duration // between syncs, unless always
	Stored, Room  int64         // bytes that its streams take, and may take
	Cluster       string        // its name; empty: it is alone
	Servers       int           // of the cluster, that keep streams
	Leader        string        // of those; empty in a cluster: nothing can be made or changed
}

// Durability is the server's.
func (s Server) Durability() string {
	if s.SyncAlways {
		return Durable
	}
	return Fast
}

const (
	patience = 5 * time.Second
	mostSaid = 1 << 20 // bytes of an answer
)

// Address reads the address of a monitoring port.
func Address(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("AUTOINTEL_NATS_MONITOR_URL %q is no address of a monitoring port, such as http://nats:8222", raw)
	}
	return u, nil
}

// Ask asks a server; ca, if not empty, is the file of the authority that its certificate is of.
func Ask(ctx context.Context, address, ca string) (Server, error) {
	u, err := Address(address)
	if err != nil {
		return Server{}, err
	}
	client, err := clientFor(ca)
	if err != nil {
		return Server{}, err
	}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.JoinPath("varz").String(), http.NoBody)
	if err != nil {
		return Server{}, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return Server{}, fmt.Errorf("nobody answers at the monitoring port: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return Server{}, fmt.Errorf("%s answers %s, which is no NATS server's monitoring port", r.URL, answer.Status)
	}
	return read(io.LimitReader(answer.Body, mostSaid))
}

func read(body io.Reader) (Server, error) {
	var said struct {
		Name    string `json:"server_name"`
		Version string `json:"version"`
		Cluster struct {
			Name string `json:"name"`
		} `json:"cluster"`
		JetStream struct {
			Config *struct {
				MaxStorage   int64         `json:"max_storage"`
				SyncInterval time.Duration `json:"sync_interval"`
				SyncAlways   bool          `json:"sync_always"`
			} `json:"config"`
			Stats struct {
				Storage int64 `json:"storage"`
			} `json:"stats"`
			Meta struct {
				Leader string `json:"leader"`
				Size   int    `json:"cluster_size"`
			} `json:"meta"`
		} `json:"jetstream"`
	}
	err := json.NewDecoder(body).Decode(&said)
	if err == nil && said.Version == "" {
		err = errors.New("it does not say its version")
	}
	if err != nil {
		return Server{}, fmt.Errorf("what answers is no NATS server's monitoring port: %w", err)
	}
	c := said.JetStream.Config
	if c == nil {
		return Server{}, fmt.Errorf("the server %s keeps no streams: JetStream is off there; name one that does", said.Name)
	}
	s := Server{
		Name: said.Name, Version: said.Version, SyncAlways: c.SyncAlways, SyncInterval: c.SyncInterval, Stored: said.JetStream.Stats.Storage, Room: c.MaxStorage,
		Cluster: said.Cluster.Name, Servers: said.JetStream.Meta.Size, Leader: said.JetStream.Meta.Leader,
	}
	if s.Servers == 0 { // a name alone is no cluster
		s.Cluster = ""
	}
	return s, nil
}

func clientFor(ca string) (*http.Client, error) {
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if ca != "" {
		content, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("NATS_CA: %w", err)
		}
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(content)
	}
	return &http.Client{Transport: transport}, nil
}
