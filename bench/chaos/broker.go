package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// brokerConfig is the configuration of one NATS server. Durable, it syncs every write before it acknowledges it; fast, the
// operating system has what was acknowledged.
func brokerConfig(name, listen, store, durability, routesOf string, routes []string) string {
	sync := "always"
	if durability == "fast" {
		sync = "2m" // the server's own default
	}
	c := fmt.Sprintf(`server_name: %s
listen: %q
jetstream { store_dir: %q, sync_interval: %s, max_file_store: 64GB, max_memory_store: 1GB }
`, name, listen, store, sync)
	if len(routes) > 0 {
		var all []string
		for _, r := range routes {
			all = append(all, fmt.Sprintf("%q", "nats://"+r))
		}
		c += fmt.Sprintf("cluster { name: chaos, listen: %q, routes: [%s] }\n", routesOf, strings.Join(all, ", "))
	}
	return c
}

// newBrokers makes the NATS servers: one, or a cluster. It returns the URL of all.
func (h *house) newBrokers(program string, nodes int) (string, error) {
	listen, err := freePorts(nodes)
	if err != nil {
		return "", err
	}
	var routes []string
	if nodes > 1 {
		if routes, err = freePorts(nodes); err != nil {
			return "", err
		}
	}
	for i := range nodes {
		name, route := fmt.Sprintf("nats-%d", i+1), ""
		if nodes > 1 {
			route = routes[i]
		}
		store, err := h.disk(name, h.brokerDisk())
		if err != nil {
			return "", err
		}
		config := filepath.Join(h.dir, name+".conf")
		if err := os.WriteFile(config, []byte(brokerConfig(name, listen[i], store, h.Durability, route, routes)), 0o600); err != nil {
			return "", err
		}
		r, err := newReplica(name, program, h.logs(), os.Environ(), "-c", config)
		if err != nil {
			return "", err
		}
		h.brokers = append(h.brokers, r)
	}
	return "nats://" + strings.Join(listen, ",nats://"), nil
}
