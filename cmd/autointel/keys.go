package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nkeys"

	"autointel.example/internal/program"
)

// keysCommand makes what a broker of one's own needs to tell its users apart.
type keysCommand struct {
	Dir   string        `arg:"" help:"An empty or new directory."`
	Host  []string      `name:"host" default:"nats,localhost,127.0.0.1" help:"Names and addresses of the broker, for its certificate."`
	Valid time.Duration `name:"valid" default:"43800h" help:"How long the certificates are valid."`
}

// brokerUsers are the users of deploy/nats/accounts.conf.
func brokerUsers() []string {
	return []string{"ingest", "analyzer", "notifier", "archiver", "operator"}
}

// Run writes ca.crt, server.crt and server.key, a seed for each user (ingest.nk), and nkeys.env with the public halves. It
// never overwrites: a broker in use would refuse its users.
func (c *keysCommand) Run(s streams) error {
	if entries, err := os.ReadDir(c.Dir); err == nil && len(entries) > 0 {
		return &program.UsageError{Err: fmt.Errorf("%s is not empty, and keys are never overwritten: name a new directory", c.Dir)}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &program.UsageError{Err: err}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	files, err := certificates(c.Host, c.Valid, time.Now())
	if err != nil {
		return err
	}
	var public strings.Builder
	for _, user := range brokerUsers() {
		key, err := nkeys.CreateUser()
		if err != nil {
			return err
		}
		seed, seedErr := key.Seed()
		id, err := key.PublicKey()
		if err := errors.Join(seedErr, err); err != nil {
			return err
		}
		files[user+".nk"] = append(seed, '\n')
		fmt.Fprintf(&public, "%s_NKEY=%s\n", strings.ToUpper(user), id)
	}
	files["nkeys.env"] = []byte(public.String())
	for name, content := range files {
		// The directory keeps others out. The files themselves are readable, because a container gets one as it is, and its
		// user is not ours.
		if err := os.WriteFile(filepath.Join(c.Dir, name), content, 0o644); err != nil { //nolint:gosec // see above
			return err
		}
	}
	fmt.Fprintf(s.out, "Keys and certificates for %s are in %s.\n", strings.Join(brokerUsers(), ", "), c.Dir)
	return nil
}

// certificates makes an authority, which nobody keeps the key of, and the server's certificate by it, as PEM by file name.
func certificates(hosts []string, valid time.Duration, now time.Time) (map[string][]byte, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "autointel broker authority"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(valid),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: hosts[0]}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else {
			server.DNSNames = append(server.DNSNames, h)
		}
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, server, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"ca.crt":     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		"server.crt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		"server.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, nil
}
