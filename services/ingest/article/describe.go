package article

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"autointel.example/internal/weburl"
	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// Types of schema.org that a page may be about.
var (
	articleTypes = []string{
		"Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle", "ReviewNewsArticle",
		"AskPublicNewsArticle", "AdvertiserContentArticle", "SatiricalArticle", "ScholarlyArticle", "MedicalScholarlyArticle", "TechArticle", "Report", "LiveBlogPosting",
		"SocialMediaPosting", "DiscussionForumPosting", "Review", "CriticReview", "Recipe", "HowTo", "FAQPage",
	}
	recordingTypes = []string{"PodcastEpisode", "RadioEpisode", "TVEpisode", "Episode", "VideoObject", "AudioObject"}
	pageTypes      = []string{"WebPage", "ItemPage", "AboutPage", "ProfilePage", "CollectionPage"}
)

// main returns the object that a page is about, and whether it is a recording. Of several articles it is the one that
// says so by its address; else the first.
func (s *surveyed) main(page *url.URL) (about thing, recording bool) {
	for i, types := range [][]string{articleTypes, recordingTypes, pageTypes} {
		var first thing
		for _, o := range s.things.all {
			if !o.is(types...) {
				continue
			}
			if first == nil {
				first = o
			}
			for _, key := range []string{"url", "mainEntityOfPage", "@id"} {
				address := text(o[key])
				if of := s.things.object(o[key]); of != nil {
					address = text(of["@id"])
				}
				if SamePage(address, page.String()) {
					return o, i == 1
				}
			}
		}
		if first != nil {
			return first, i == 1
		}
	}
	return thing{}, false
}

// describe fills in where a page comes from: JSON-LD first, which is made for machines, then OpenGraph, Dublin Core and the
// rest. It returns the object of schema.org that the page is about.
func (s *surveyed) describe(source *schemas.Source, page *url.URL) (about thing, recording bool) {
	about, recording = s.main(page)
	source.SiteName = firstOf(s.first("og:site_name"), strings.Join(s.things.names(first(about["publisher"])), ""), s.siteName(), s.first("application-name", "twitter:app:name:iphone"))
	source.Title = s.titleOf(about, source.SiteName)
	source.Description = firstOf(s.first("og:description"), text(about["description"]), s.first("description", "twitter:description", "dc.description", "dcterms.abstract"))
	source.CanonicalURL = s.canonical(about, page)
	source.Authors = s.authorsOf(about, source.SiteName)
	source.Language = s.languageOf(about)
	source.PublishedAt = firstTime(append([]string{
		text(about["datePublished"]), text(about["uploadDate"]), s.first("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publishdate", "publication_date",
			"citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "video:release_date", "date"),
		text(about["dateCreated"]),
	}, s.times...)...)
	source.ModifiedAt = firstTime(text(about["dateModified"]), s.first("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified", "last-modified"))
	source.Reviews = s.reviews()
	source.Captions, source.Media = s.captions, s.media
	return about, recording
}

// siteName is that of the page's WebSite.
func (s *surveyed) siteName() string {
	for _, o := range s.things.all {
		if o.is("WebSite") {
			return text(o["name"])
		}
	}
	return ""
}

// titleOf returns the title without the name of the site after it.
func (s *surveyed) titleOf(about thing, site string) string {
	headline, name := text(about["headline"]), text(about["name"])
	if shown := strings.ToLower(s.title + "\n" + s.first("og:title") + "\n" + s.heading); name != "" && strings.Contains(shown, strings.ToLower(name)) && !strings.Contains(shown, strings.ToLower(headline)) {
		headline = name // encyclopedias put a description where the headline should be
	}
	title := firstOf(headline, s.first("og:title"), name, s.first("twitter:title", "dc.title", "dcterms.title", "citation_title"), s.title, s.heading)
	for _, dash := range []string{" | ", " - ", " – ", " — ", " · ", " • ", " :: "} {
		if head, tail, ok := cutLast(title, dash); ok && site != "" && strings.EqualFold(strings.TrimSpace(tail), site) {
			return strings.TrimSpace(head)
		}
	}
	return title
}

// canonical returns the address that the page calls its own. Some sites call all their pages by the address of the front
// page; that says nothing.
func (s *surveyed) canonical(about thing, page *url.URL) string {
	candidates := append(slices.Clone(s.links["canonical"]), absolute(s.base, s.first("og:url")), absolute(s.base, text(about["url"])))
	for _, c := range candidates {
		u, err := url.Parse(c)
		if c != "" && err == nil && (strings.Trim(u.Path, "/") != "" || strings.Trim(page.Path, "/") == "") {
			return c
		}
	}
	return ""
}

// maxAuthors of a page.
const maxAuthors = 20

func (s *surveyed) authorsOf(about thing, site string) []string {
	for _, names := range [][]string{
		s.things.names(about["author"]), s.things.names(about["creator"]), s.every("author", "article:author", "og:article:author", "parsely-author", "byl", "dc.creator", "dcterms.creator", "citation_author", "sailthru.author"), s.authors,
	} {
		if authors := cleanNames(names, site); len(authors) > 0 {
			return authors
		}
	}
	return nil
}

// Names takes a list of people's names apart, as documents word it.
func Names(raw string) []string { return cleanNames([]string{raw}, "") }

// dated is a date after a name, as bylines have it.
var dated = regexp.MustCompile(`(?i)[\s,|·–—-]*(?:\d{1,2}\.?\s*)?(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|juin|giu|jul|juil|lug|aug|aoû|ago|sep|set|oct|okt|ott|nov|dec|déc|dez|dic|ene|gen)\p{L}*\.?\s[^\n]*\d{4}.*$`)

// cleanNames takes lists of names apart and drops what is no name: addresses, the site itself, doubles.
func cleanNames(raw []string, site string) []string {
	var names []string
	seen := map[string]bool{}
	for _, r := range raw {
		r = Line(r)
		if word, ok := cues.Begins(strings.ToLower(r), cues.Byline); ok && len(strings.ToLower(r)) == len(r) {
			r = strings.TrimLeft(r[len(word):], " :")
		}
		if a, b, ok := strings.Cut(r, " & "); ok && strings.Contains(a, " ") && strings.Contains(b, " ") {
			r = a + "\n" + b
		}
		r = dated.ReplaceAllString(r, "")
		for _, sep := range []string{" and ", " und ", " et ", " y ", ";", " | "} {
			r = strings.ReplaceAll(r, sep, "\n")
		}
		if strings.Count(r, ",") > 1 || strings.Contains(r, "\n") {
			r = strings.ReplaceAll(r, ",", "\n")
		}
		for name := range strings.SplitSeq(r, "\n") {
			name = strings.Trim(Line(name), " ,;|@–—-·•:")
			key := strings.ToLower(name)
			if name == "" || utf8.RuneCountInString(name) > 80 || strings.Contains(name, "://") || strings.EqualFold(name, site) || seen[key] || len(names) == maxAuthors {
				continue
			}
			seen[key] = true
			names = append(names, name)
		}
	}
	return names
}

// languageOf returns the language that a page declares, as BCP 47.
func (s *surveyed) languageOf(about thing) string {
	inLanguage := text(about["inLanguage"])
	if o := s.things.object(about["inLanguage"]); o != nil {
		inLanguage = firstOf(text(o["alternateName"]), text(o["name"]))
	}
	for _, l := range []string{s.language, inLanguage, s.first("content-language"), s.first("og:locale"), s.first("dc.language", "dcterms.language", "inlanguage", "language")} {
		if tag := Language(l); tag != "" {
			return tag
		}
	}
	return ""
}

// Language returns a declared language as BCP 47; empty: it is none.
func Language(declared string) string {
	declared, _, _ = strings.Cut(strings.TrimSpace(declared), ",")
	if declared == "" || len(declared) > 35 {
		return ""
	}
	tag, err := language.Parse(declared)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// dateForms are how pages write dates.
var dateForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 -07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", "2006/01/02 15:04:05", "20060102T150405Z0700", "20060102", "2006-01",
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", time.RFC850, time.ANSIC, "January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", "02.01.2006", "02.01.2006 15:04", "2006",
}

// Time reads a date as pages write it, in UTC; nil: it is none, or not of the years 1600 to 2200.
func Time(s string) *time.Time {
	s = Line(s)
	if s == "" || len(s) > 64 {
		return nil
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1600 && t.Year() <= 2200 {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

func firstTime(texts ...string) *time.Time {
	for _, s := range texts {
		if t := Time(s); t != nil {
			return t
		}
	}
	return nil
}

// maxReviews of a page.
const maxReviews = 20

// reviews returns the page's published reviews of claims.
func (s *surveyed) reviews() []schemas.ClaimReview {
	var reviews []schemas.ClaimReview
	for _, o := range s.things.all {
		claim := text(o["claimReviewed"])
		if !o.is("ClaimReview") || claim == "" || len(reviews) == maxReviews {
			continue
		}
		of, rating := s.things.object(o["itemReviewed"]), s.things.object(o["reviewRating"])
		r := schemas.ClaimReview{
			Claim: claim, Claimant: strings.Join(s.things.names(of["author"]), ", "), Rating: firstOf(text(rating["alternateName"]), text(rating["name"])),
			Reviewer: strings.Join(s.things.names(o["author"]), ", "), URL: absolute(s.base, text(o["url"])),
		}
		if value, best := text(rating["ratingValue"]), text(rating["bestRating"]); r.Rating == "" && value != "" {
			r.Rating = value
			if best != "" {
				r.Rating += " of " + best
			}
		}
		if !slices.Contains(reviews, r) {
			reviews = append(reviews, r)
		}
	}
	return reviews
}

// SamePage reports whether two addresses are of one page of the web.
func SamePage(a, b string) bool {
	return strings.HasPrefix(a, "http") && strings.HasPrefix(b, "http") && weburl.Normalize(a) == weburl.Normalize(b)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func first(v any) any {
	for _, e := range list(v) {
		return e
	}
	return nil
}

// cutLast cuts a text at the last place where a separator stands.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
