// Package links chooses which links of a source are worth reading beside it, and says of the others why not.
package links

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"autointel.example/internal/weburl"
	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// Relations of a document to the source, as schemas.RelatedDocument names them.
const (
	Cited    = "cited"
	Linked   = "linked"
	SameFeed = "same_feed"
)

// Reasons why a link is not read.
const (
	SamePage    = "same_page"
	Sponsored   = "sponsored"
	Chore       = "chore"
	FrontPage   = "front_page"
	NoReading   = "unsupported_media_type"
	Duplicate   = "duplicate"
	Budget      = "budget"
	maxSentence = 2000 // bytes on each side of a link that are looked at
)

// Chosen is a link that is worth reading.
type Chosen struct {
	URL, Text, Relation string
}

// Choose returns the links of a source that are worth reading, the best first: those that a claim rests on before those in
// passing, and those to other sites before those within the site; last come the other items of its feed. The others are
// returned with why they are not.
func Choose(source *schemas.Source) (chosen []Chosen, skipped []schemas.SkippedLink) {
	itself := map[string]bool{}
	for _, u := range []string{source.URL, source.FinalURL, source.CanonicalURL} {
		if u != "" {
			itself[weburl.Normalize(u)] = true
		}
	}
	site := siteOf(source.FinalURL)
	paragraphs := strings.Split(source.Text, "\n\n")
	seen := map[string]bool{}
	ranks := map[string]int{} // by address
	add := func(l schemas.Link, relation string, rank int) {
		key := weburl.Normalize(l.URL)
		if seen[key] {
			return // the first of several is the one
		}
		seen[key] = true
		if reason, message := against(l, itself[key]); reason != "" {
			skipped = append(skipped, schemas.SkippedLink{URL: l.URL, Reason: reason, Message: message})
			return
		}
		if siteOf(l.URL) == site {
			rank++
		}
		ranks[l.URL] = rank
		chosen = append(chosen, Chosen{l.URL, l.Text, relation})
	}
	for _, l := range source.Links {
		if l.Paragraph >= 0 && l.Paragraph < len(paragraphs) && claims(sentenceAround(paragraphs[l.Paragraph], cmp.Or(l.Text, l.URL))) {
			add(l, Cited, 0)
		} else {
			add(l, Linked, 2)
		}
	}
	if source.Feed != nil {
		for _, l := range source.Feed.Others {
			add(l, SameFeed, 4)
		}
	}
	slices.SortStableFunc(chosen, func(a, b Chosen) int { return cmp.Compare(ranks[a.URL], ranks[b.URL]) })
	return chosen, skipped
}

// against returns why a link is not worth reading; an empty reason: it is.
func against(l schemas.Link, itself bool) (reason, message string) {
	u, err := url.Parse(l.URL)
	if err != nil || u.Host == "" {
		return "invalid_url", "This is not a web address."
	}
	text := strings.ToLower(strings.Trim(l.Text, " .:»›→…"))
	_, sharing := cues.Begins(text, cues.Share)
	switch {
	case itself:
		return SamePage, "The link leads to the source itself."
	case l.Sponsored:
		return Sponsored, "The page says that somebody pays for this link."
	case isChore(u) || cues.Is(text, cues.Chore) || sharing:
		return Chore, "The link is for sharing, logging in or the like; there is nothing to read behind it."
	case strings.Trim(u.Path, "/") == "" && u.RawQuery == "":
		return FrontPage, "The link leads to the front page of a site, which is about everything."
	case slices.Contains(unreadable, strings.ToLower(path.Ext(u.Path))):
		return NoReading, "The link leads to a file that is no text."
	}
	return "", ""
}

// unreadable are the ends of names of files that are no text.
var unreadable = []string{
	".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif", ".ico", ".zip", ".gz", ".tgz", ".7z", ".rar", ".exe", ".dmg", ".apk", ".iso", ".css", ".js", ".mp3", ".m4a", ".mp4", ".webm", ".mov", ".wav",
	".xls", ".xlsx", ".csv", ".ppt", ".pptx", ".doc", ".docx", ".epub", ".ics", ".rss", ".xml", ".json",
}

// chores are addresses, without scheme and "www.", behind which something is shared, posted or bought.
var chores = []string{
	"facebook.com/sharer", "facebook.com/share.php", "facebook.com/dialog", "twitter.com/intent", "twitter.com/share", "x.com/intent", "x.com/share", "linkedin.com/sharearticle", "linkedin.com/sharing", "reddit.com/submit",
	"pinterest.com/pin/create", "t.me/share", "wa.me/", "api.whatsapp.com/send", "web.whatsapp.com", "bsky.app/intent", "news.ycombinator.com/submitlink", "xing.com/spi", "getpocket.com/save", "getpocket.com/edit", "flipboard.com/bookmarklet",
	"share.flipboard.com", "tumblr.com/share", "mastodon.social/share", "threads.net/intent", "line.me/r/", "vk.com/share.php", "apps.apple.com/", "play.google.com/store", "itunes.apple.com/",
}

// choreParts are parts of a path behind which there is nothing to read.
var choreParts = []string{
	"login", "signin", "sign-in", "log-in", "signup", "sign-up", "register", "logout", "account", "subscribe", "subscription", "subscriptions", "newsletter", "newsletters", "cart", "checkout", "privacy", "privacy-policy", "cookie-policy", "terms",
	"terms-of-service", "terms-of-use", "imprint", "impressum", "datenschutz", "agb", "abo", "contact", "kontakt", "search", "tag", "tags", "category", "categories", "author", "authors", "wp-login.php", "mentions-legales", "aviso-legal",
}

func isChore(u *url.URL) bool {
	address := strings.ToLower(strings.TrimPrefix(strings.ToLower(u.Host), "www.") + u.Path)
	for _, c := range chores {
		if strings.HasPrefix(address, c) {
			return true
		}
	}
	parts := strings.Split(strings.Trim(strings.ToLower(u.Path), "/"), "/")
	return slices.Contains(choreParts, parts[0]) || slices.Contains(choreParts, parts[len(parts)-1])
}

// claims reports whether a sentence says something that can be checked: it has a figure, or gives somebody's word.
func claims(sentence string) bool {
	if strings.ContainsFunc(sentence, unicode.IsDigit) {
		return true
	}
	_, ok := cues.In(strings.ToLower(sentence), cues.Attribution)
	return ok
}

// sentenceAround returns the sentence of a paragraph that a link's text stands in, without addresses; of a text that does not
// stand there, nothing.
func sentenceAround(paragraph, text string) string {
	i := strings.Index(paragraph, strings.TrimSuffix(text, "…"))
	if i < 0 {
		return ""
	}
	from, to := max(0, i-maxSentence), min(len(paragraph), i+len(text)+maxSentence)
	before, after := paragraph[from:i], paragraph[i:to]
	if cut := lastEnd(before); cut >= 0 {
		before = before[cut:]
	}
	linked := min(len(text), len(after))
	if cut := firstEnd(after[linked:]); cut >= 0 {
		after = after[:linked+cut]
	}
	var kept []string
	for word := range strings.FieldsSeq(before + after) {
		if !strings.Contains(word, "://") {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// firstEnd returns where the first sentence of a text ends; -1: nowhere.
func firstEnd(s string) int {
	for i := 0; i+1 < len(s); i++ {
		if strings.IndexByte(".!?", s[i]) >= 0 && s[i+1] == ' ' {
			return i + 1
		}
	}
	return -1
}

// lastEnd returns where the last sentence of a text begins; -1: it has only one.
func lastEnd(s string) int {
	for i := len(s) - 2; i >= 0; i-- {
		if strings.IndexByte(".!?", s[i]) >= 0 && s[i+1] == ' ' {
			return i + 2
		}
	}
	return -1
}

// siteOf returns the last two labels of an address's host, which is near enough to what one publisher runs.
func siteOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	if len(labels) > 2 && len(labels[len(labels)-2]) <= 3 && len(labels[len(labels)-1]) == 2 { // as in co.uk
		return strings.Join(labels[len(labels)-3:], ".")
	}
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}
