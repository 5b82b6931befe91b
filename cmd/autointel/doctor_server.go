package main

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize"

	"autointel.example/internal/monitor"
)

// server asks the broker's server about itself, if it is not ours and there is somewhere to ask.
func (c *doctorCommand) server(ctx context.Context, f *findings) {
	switch {
	case c.NATS.URL == "":
		return // the durability of the embedded one is judged with the rest of what it stands on
	case c.Monitor.URL == "":
		f.ok("nats server", "how durable its log is cannot be seen from here; AUTOINTEL_NATS_MONITOR_URL names who knows, such as http://nats:8222")
		return
	}
	s, err := monitor.Ask(ctx, c.Monitor.URL, c.NATS.CA)
	if err != nil {
		f.fail("nats server", err.Error(), "see that AUTOINTEL_NATS_MONITOR_URL is the server's `http` or `https` port, and that it can be reached from here; or leave it out")
		return
	}
	judgeServer(s, f)
}

// roomLeast is the share of a server's room for streams that may be taken before it is warned of.
const roomLeast = 0.8

// judgeServer says what is to be thought of a server.
func judgeServer(s monitor.Server, f *findings) {
	says := s.Name + ", " + s.Version
	if s.Cluster != "" {
		says += fmt.Sprintf(", one of %d of the cluster %s", s.Servers, s.Cluster)
	}
	if s.Cluster != "" && s.Leader == "" {
		f.fail("nats server", says+", which has no leader: nothing can be made or changed", "see that more than half of its servers run and reach one another (nats server report jetstream)")
	} else {
		f.ok("nats server", says)
	}
	if s.Durability() == monitor.Durable {
		f.ok("durability", "durable: every write is on the disk before it is acknowledged")
	} else {
		f.warn("durability", fmt.Sprintf("fast: the server syncs every %s, and a power cut may lose what was acknowledged since", s.SyncInterval), "set `sync_interval: always` in the server's jetstream block")
	}
	if s.Room <= 0 {
		return
	}
	room := fmt.Sprintf("%s of %s taken", humanize.IBytes(uint64(max(s.Stored, 0))), humanize.IBytes(uint64(s.Room)))
	if float64(s.Stored) > roomLeast*float64(s.Room) {
		f.warn("nats storage", room, "give the server more (max_file_store), or shorten AUTOINTEL_RETENTION: at its limit nothing is appended any more")
		return
	}
	f.ok("nats storage", room)
}
