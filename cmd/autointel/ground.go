package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"autointel.example/cmd/autointel/disk"
	"autointel.example/internal/discord"
	"autointel.example/internal/program"
	"autointel.example/services/ingest"
)

// ground is what an installation stands on, as far as one can know before it runs.
type ground struct {
	dataDir   string
	space     disk.Space
	spaceErr  error
	memory    uint64        // limit of this process in bytes; 0: none
	skew      time.Duration // of our clock against Discord's; 0: not known, or none
	discord   program.Discord
	http      bool // interactions are received by HTTP
	gateway   bool // and over the gateway
	embedded  bool
	fast      bool // the embedded log is not synced before it acknowledges
	sandboxed bool // there are no credentials: the sandbox stands in for Discord
}

// Limits of what is wise. The memory is what `up` needs with room for a large document (docs/benchmarks.md); a token's life
// is reckoned by our clock, and Discord's signatures by both.
const (
	freeLeast   = 1 << 30
	freeRefused = 64 << 20
	memoryLeast = 512 << 20
	skewWarned  = 5 * time.Second
	skewRefused = 2 * time.Minute
)

// survey gathers what can be known of this machine.
func survey(dataDir string) ground {
	g := ground{dataDir: dataDir, memory: memoryLimit()}
	at := dataDir
	for { // the nearest directory that exists: the others will be made on the same disk
		if _, err := os.Stat(at); err == nil || at == filepath.Dir(at) {
			break
		}
		at = filepath.Dir(at)
	}
	g.space, g.spaceErr = disk.Of(at)
	return g
}

// configured takes over how Discord is spoken with.
func (g *ground) configured(d program.Discord, gateway ingest.Gateway, interactionsAddr string) {
	g.discord, g.sandboxed = d, d.PublicKey == "" && d.Token == "" && d.ApplicationID == ""
	g.http = interactionsAddr != ""
	g.gateway = gateway.Mode == "on" || gateway.Mode != "off" && !g.http
}

// memoryLimit is what the control group, or GOMEMLIMIT, leaves this process.
func memoryLimit() uint64 {
	limit := uint64(0)
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64); err == nil && n < 1<<60 { // "max", or nearly so
			limit = n
		}
	}
	if soft := debug.SetMemoryLimit(-1); soft < 1<<60 && (limit == 0 || uint64(soft) < limit) {
		limit = uint64(soft)
	}
	return limit
}

// judge says what cannot work and what is unwise. It does nothing but reckon.
func (g ground) judge() findings {
	var f findings
	g.judgeDisk(&f)
	g.judgeDiscord(&f)
	switch {
	case g.memory == 0:
		f.ok("memory", "no limit")
	case g.memory < memoryLeast:
		f.warn("memory", humanize.IBytes(g.memory)+" is all this process may use", "give it "+humanize.IBytes(memoryLeast)+" at least, or large documents will end it (MemoryMax=, --memory, resources.limits)")
	default:
		f.ok("memory", humanize.IBytes(g.memory))
	}
	skew := g.skew.Abs().Round(time.Second)
	switch {
	case skew >= skewRefused:
		f.fail("clock", fmt.Sprintf("it differs from Discord's by %s", skew), "set it by NTP (timedatectl set-ntp true): tokens would be taken for dead or alive when they are not, and signatures refused")
	case skew >= skewWarned:
		f.warn("clock", fmt.Sprintf("it differs from Discord's by %s", skew), "set it by NTP (timedatectl set-ntp true)")
	case g.skew != 0:
		f.ok("clock", "as Discord's")
	}
	if g.embedded && g.fast {
		f.warn("durability", "fast: a power cut may lose the last moments that were acknowledged", "leave AUTOINTEL_DURABILITY out, which syncs every write before it is acknowledged")
	}
	return f
}

func (g ground) judgeDisk(f *findings) {
	if g.spaceErr != nil {
		f.fail("disk", g.spaceErr.Error(), "see that "+g.dataDir+" can be read, or name another directory by AUTOINTEL_DATA_DIR")
		return
	}
	free := humanize.IBytes(g.space.Free) + " free"
	switch {
	case g.space.Free < freeRefused:
		f.fail("disk", free+" on the disk of "+g.dataDir, "make room: an event log that cannot be written takes no commands")
	case g.space.Free < freeLeast || g.space.Free < g.space.Total/20:
		f.warn("disk", free+" on the disk of "+g.dataDir, "make room, or shorten AUTOINTEL_RETENTION")
	default:
		f.ok("disk", free)
	}
	switch {
	case g.space.Volatile():
		f.warn("data directory", g.dataDir+" is on "+g.space.Kind+": everything is lost when the machine stops", "name a directory on a disk by AUTOINTEL_DATA_DIR")
	case g.space.Remote():
		f.warn("data directory", g.dataDir+" is on "+g.space.Kind+": locks and syncs over a network do not hold what a disk's do", "name a directory on a disk of this machine by AUTOINTEL_DATA_DIR")
	}
}

// judgeDiscord says what is missing of the credentials, for the ways in which interactions come in, and what is not one.
func (g ground) judgeDiscord(f *findings) {
	if g.sandboxed {
		f.ok("discord", "no credentials: `up` runs the sandbox")
		return
	}
	d, before := g.discord, len(*f)
	for _, c := range []struct {
		name, value, from string
		needed            bool
	}{
		{"DISCORD_APPLICATION_ID", d.ApplicationID, "General Information", false},
		{"DISCORD_TOKEN", d.Token, "Bot", g.gateway},
		{"DISCORD_PUBLIC_KEY", d.PublicKey, "General Information", g.http},
	} {
		if c.value == "" && c.needed {
			f.fail("discord", c.name+" is not set", "copy it from the page "+c.from+" of the application, in Discord's developer portal")
		}
		if c.value != "" && placeholder(c.value) {
			f.fail("discord", c.name+" is a placeholder", "copy the real one from the page "+c.from+" of the application, in Discord's developer portal")
		}
	}
	if _, err := discord.PublicKey(d.PublicKey); d.PublicKey != "" && !placeholder(d.PublicKey) && err != nil {
		f.fail("discord", err.Error(), "")
	}
	if d.Token == "" && !g.gateway {
		f.warn("discord", "DISCORD_TOKEN is not set: nobody can be told by channel or direct message when a session has closed", "copy it from the page Bot of the application, in Discord's developer portal")
	}
	if len(*f) == before {
		f.ok("discord", "the credentials are complete")
	}
}

// placeholder reports whether a value is what examples have in its place. It is never shown.
func placeholder(value string) bool {
	plain := strings.ToLower(strings.Trim(value, " <>[]{}\"'"))
	if plain == "" || strings.Trim(plain, "0") == "" || strings.Trim(plain, "x.*-") == "" || strings.ContainsAny(value, "<> ") {
		return true
	}
	for _, word := range []string{"changeme", "change_me", "change-me", "placeholder", "your_", "your-", "yourtoken", "token_here", "token-here", "replace", "example", "todo"} {
		if strings.Contains(plain, word) {
			return true
		}
	}
	return plain == "token" || plain == "secret"
}
