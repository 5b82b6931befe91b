package article

import (
	"mime"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
)

// maxMedia is how many recordings of a page are named.
const maxMedia = 50

// recording takes in an element that plays something.
func (s *surveyed) recording(n *html.Node) {
	u := absolute(s.base, attribute(n, "src"))
	switch n.DataAtom {
	case atom.Track:
		kind := strings.ToLower(attribute(n, "kind"))
		if kind == "" {
			kind = "subtitles" // the default of HTML
		}
		if kind == "subtitles" || kind == "captions" {
			s.caption(schemas.CaptionTrack{URL: u, Language: attribute(n, "srclang"), Label: attribute(n, "label"), Kind: kind})
		}
	case atom.Source:
		if n.Parent == nil || n.Parent.DataAtom != atom.Video && n.Parent.DataAtom != atom.Audio {
			return // of a picture
		}
		s.medium(schemas.Media{URL: u, MediaType: mediaType(attribute(n, "type"), u), Title: attribute(n.Parent, "title")})
	case atom.Video, atom.Audio:
		s.medium(schemas.Media{URL: u, MediaType: mediaType(attribute(n, "type"), u), Title: attribute(n, "title")})
	case atom.Iframe:
		if isPlayer(u) {
			s.medium(schemas.Media{URL: u, Title: attribute(n, "title")})
		}
	}
}

// players are hosts whose frames are recordings.
var players = []string{
	"youtube.com/embed/", "youtube-nocookie.com/embed/", "player.vimeo.com/video/", "dailymotion.com/embed/", "w.soundcloud.com/player",
	"open.spotify.com/embed/", "embed.podcasts.apple.com/", "player.twitch.tv/", "embed.ted.com/talks/", "archive.org/embed/",
}

func isPlayer(u string) bool {
	_, rest, _ := strings.Cut(u, "://")
	rest = strings.TrimPrefix(rest, "www.")
	for _, p := range players {
		if strings.HasPrefix(rest, p) {
			return true
		}
	}
	return strings.Contains(rest, "/videos/embed/") // PeerTube, on any host
}

// described takes in the recordings that metadata name: OpenGraph, and objects of schema.org.
func (s *surveyed) described() {
	for _, kind := range []string{"video", "audio"} {
		for i, v := range s.every("og:"+kind+":secure_url", "og:"+kind+":url", "og:"+kind) {
			m := schemas.Media{URL: absolute(s.base, v)}
			if types := s.meta["og:"+kind+":type"]; i < len(types) && types[i] != "text/html" {
				m.MediaType = types[i]
			}
			if seconds, err := strconv.ParseFloat(s.first("og:"+kind+":duration", kind+":duration"), 64); err == nil && i == 0 {
				m.DurationMS = milliseconds(seconds)
			}
			s.medium(m)
		}
	}
	for _, o := range s.things.all {
		if !o.is("VideoObject", "AudioObject") {
			continue
		}
		u := absolute(s.base, text(o["contentUrl"]))
		if u == "" {
			u = absolute(s.base, text(o["embedUrl"]))
		}
		bytes, _ := strconv.ParseInt(text(o["contentSize"]), 10, 64)
		s.medium(schemas.Media{
			URL: u, MediaType: mediaType(text(o["encodingFormat"]), u), Title: text(o["name"]), DurationMS: isoDuration(text(o["duration"])), Bytes: max(bytes, 0),
		})
		for _, c := range list(o["caption"]) {
			if track := s.things.object(c); track != nil {
				s.caption(schemas.CaptionTrack{
					URL: absolute(s.base, text(track["contentUrl"])), Language: text(track["inLanguage"]), Label: text(track["name"]), Kind: "captions",
				})
			}
		}
	}
}

// merge fills in what is not known of a recording yet.
func merge(m *schemas.Media, more schemas.Media) {
	if m.MediaType == "" {
		m.MediaType = more.MediaType
	}
	if m.Title == "" {
		m.Title = more.Title
	}
	m.DurationMS, m.Bytes = max(m.DurationMS, more.DurationMS), max(m.Bytes, more.Bytes)
}

// recordings are the media types of files by the ends of their names; the table of the operating system differs from one to another.
var recordings = map[string]string{
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac", ".aac": "audio/aac",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg", ".mov": "video/quicktime", ".m3u8": "application/vnd.apple.mpegurl",
}

// mediaType returns the type of a recording: as it is declared, or by its name.
func mediaType(declared, address string) string {
	if kind, _, err := mime.ParseMediaType(declared); err == nil && strings.Contains(kind, "/") {
		return kind
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return recordings[strings.ToLower(path.Ext(u.Path))]
}

// maxDuration of a recording that is believed.
const maxDuration = 1000 * time.Hour

func milliseconds(seconds float64) int64 {
	if !(seconds > 0 && seconds < maxDuration.Seconds()) {
		return 0
	}
	return int64(seconds * 1000)
}

// isoDuration reads a duration of ISO 8601, as PT1H2M3.5S, in milliseconds; 0: it is none.
func isoDuration(s string) int64 {
	rest, ok := strings.CutPrefix(strings.ToUpper(s), "P")
	if !ok {
		return 0
	}
	var seconds float64
	clock := false
	for rest != "" {
		if after, t := strings.CutPrefix(rest, "T"); t {
			clock, rest = true, after
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end < 1 {
			return 0
		}
		n, err := strconv.ParseFloat(rest[:end], 64)
		unit := map[string]float64{"D": 86_400, "TH": 3600, "TM": 60, "TS": 1}
		key := rest[end : end+1]
		if clock {
			key = "T" + key
		}
		if err != nil || unit[key] == 0 {
			return 0
		}
		seconds += n * unit[key]
		rest = rest[end+1:]
	}
	return milliseconds(seconds)
}
