package console

import (
	"fmt"
	"strconv"
	"time"
)

// Took is a duration as people read it, with two figures or so: 12 ms, 4.2 s, 3m 05s, 2h 10m, 3d 4h.
func Took(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Truncate(time.Second).Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm %02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh %02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd %dh", int(d.Hours())/24, int(d.Hours())%24)
}

// Offset is how long after the beginning something happened, to the millisecond.
func Offset(d time.Duration) string {
	d = max(0, d)
	if d < time.Minute {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%d:%06.3f", int(d.Minutes()), d.Seconds()-60*float64(int(d.Minutes())))
}

// Ago is how long before now a moment was.
func Ago(now, at time.Time) string {
	d := now.Sub(at)
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	}
	return Took(d) + " ago"
}

// Size is a number of bytes as people read it.
func Size(bytes uint64) string {
	const unit = 1024
	if bytes < unit {
		return fmt.Sprintf("%d B", bytes)
	}
	v, i := float64(bytes)/unit, 0
	for v >= unit && i < 4 {
		v, i = v/unit, i+1
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGTP"[i])
}

// Count is a number with its thousands apart.
func Count(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Far is how far a stage is; empty: it has not said.
func Far(p Progress) string {
	number := func(n int64) string {
		if p.Unit == "bytes" {
			return Size(uint64(max(0, n)))
		}
		return Count(uint64(max(0, n)))
	}
	unit := p.Unit
	if unit == "bytes" {
		unit = ""
	}
	switch {
	case p.Done == 0 && p.Total == 0:
		return ""
	case p.Total > 0 && unit != "":
		return number(p.Done) + " of " + number(p.Total) + " " + unit
	case p.Total > 0:
		return number(p.Done) + " of " + number(p.Total)
	case unit != "":
		return number(p.Done) + " " + unit
	}
	return number(p.Done)
}
