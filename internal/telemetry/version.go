package telemetry

import (
	"runtime"
	"runtime/debug"
)

// stamped is the release that a build is of: the linker's -X sets it. A build that nobody stamped goes by its commit.
var stamped string

// Build says what a program was made of.
type Build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // the commit
	Modified bool   `json:"modified,omitempty"` // and something that was in none
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// ThisBuild reads what the linker wrote into this program.
func ThisBuild() Build {
	b := Build{Version: stamped, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		if b.Version == "" {
			b.Version = "unknown"
		}
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	if b.Version != "" {
		return b
	}
	if b.Version = info.Main.Version; (b.Version == "" || b.Version == "(devel)") && len(b.Revision) >= 12 {
		b.Version = b.Revision[:12]
	}
	return b
}

// Version says which build this is, and of which Go.
func Version() (version, goVersion string) {
	b := ThisBuild()
	return b.Version, b.Go
}
