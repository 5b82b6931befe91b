package render

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Origin says where and when figures were measured.
type Origin struct {
	Command string `json:"command"`
	Machine string `json:"machine"`
	Date    string `json:"date"` // UTC, to the minute
	Go      string `json:"go"`
}

// NewOrigin describes this machine; name, if given, is what to call it.
func NewOrigin(command, name string, now time.Time) Origin {
	if name == "" {
		name = machine()
	}
	return Origin{Command: command, Machine: name, Date: now.UTC().Format("2006-01-02 15:04 UTC"), Go: runtime.Version()}
}

// String is a sentence for a person.
func (o Origin) String() string {
	return fmt.Sprintf("Measured on %s, %s, %s, by `%s`.", o.Date, o.Machine, o.Go, o.Command)
}

func machine() string {
	parts := []string{field("/proc/cpuinfo", "model name"), fmt.Sprintf("%d cores", runtime.NumCPU())}
	var kilobytes int
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kilobytes); err == nil {
		parts = append(parts, fmt.Sprintf("%.0f GB", float64(kilobytes)/1e6))
	}
	kernel := runtime.GOOS + "/" + runtime.GOARCH
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		kernel += " " + strings.TrimSpace(string(release))
	}
	parts = append(parts, kernel)
	return strings.TrimPrefix(strings.Join(parts, ", "), ", ")
}

// field is the first value of a name in a file of "name : value" lines; empty if there is none.
func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
