package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/lmittmann/tint"
	"github.com/mattn/go-isatty"
)

// NewLogger returns a logger. Format is text, json, or empty: text on a terminal, else JSON. Colour is used on a terminal
// only, and not with NO_COLOR.
func NewLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(strings.ToUpper(level))); err != nil {
		return nil, fmt.Errorf("AUTOINTEL_LOG_LEVEL %q: use debug, info, warn or error", level)
	}
	f, ok := w.(*os.File)
	terminal := ok && isatty.IsTerminal(f.Fd())
	switch {
	case format == "json", format == "" && !terminal:
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l})), nil
	case format == "text", format == "":
		return slog.New(tint.NewTextHandler(w, &tint.Options{Level: l, TimeFormat: time.TimeOnly, NoColor: !terminal || os.Getenv("NO_COLOR") != ""})), nil
	}
	return nil, fmt.Errorf("AUTOINTEL_LOG_FORMAT %q: use text or json", format)
}
