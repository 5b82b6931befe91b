package captions

import (
	"bytes"
	"strings"
)

// Formats.
const (
	WebVTT      = "webvtt"
	SRT         = "srt"
	PodcastJSON = "podcast_json"
	YouTube     = "youtube" // json3, srv1 to srv3
	HTML        = "html"
	Text        = "text"
)

// Format tells the format of a file that is captions whatever it holds, by its content type or its name; empty: it may be
// anything. The path is in lower case.
func Format(mediaType, path string) string {
	switch {
	case strings.HasPrefix(mediaType, "text/vtt"), strings.HasSuffix(path, ".vtt"):
		return WebVTT
	case strings.HasPrefix(mediaType, "application/x-subrip"), strings.HasPrefix(mediaType, "application/srt"), strings.HasPrefix(mediaType, "text/srt"), strings.HasSuffix(path, ".srt"):
		return SRT
	}
	return ""
}

// head is how much of a file its format is told by.
const head = 4 << 10

// Detect tells the format of a file that somebody names as captions or a transcript. What it holds counts more than its
// content type, and that more than its name: servers send SubRip as plain text, and JSON as anything. Empty: a web page
// where captions were promised, which is a login or an error.
func Detect(mediaType, path string, body []byte, transcript bool) string {
	text, _ := decode(body[:min(len(body), head)])
	text = strings.TrimSpace(text)
	start := strings.ToLower(text[:min(len(text), 512)])
	declared := Format(strings.ToLower(mediaType), strings.ToLower(path))
	switch {
	case strings.HasPrefix(start, "webvtt"):
		return WebVTT
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		if isYouTubeJSON(body) {
			return YouTube
		}
		return PodcastJSON
	case strings.Contains(start, "<timedtext"), strings.HasPrefix(start, "<transcript"), strings.HasPrefix(start, "<?xml") && strings.Contains(start, "<transcript"):
		return YouTube
	case hasTiming(text):
		if declared == "" {
			declared = SRT
		}
		return declared
	case strings.HasPrefix(start, "<") && !strings.HasPrefix(start, "<v "):
		if transcript && declared == "" {
			return HTML
		}
		return ""
	case declared != "":
		return declared
	case transcript:
		return Text
	}
	return ""
}

// isYouTubeJSON reports whether JSON is json3, whose cues are events.
func isYouTubeJSON(body []byte) bool {
	return bytes.Contains(body[:min(len(body), head)], []byte(`"events"`)) || bytes.Contains(body[:min(len(body), 64<<10)], []byte(`"tStartMs"`))
}

func hasTiming(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if _, _, ok := timing(line); ok {
			return true
		}
	}
	return false
}
