package article

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"autointel.example/internal/weburl"
	"autointel.example/schemas"
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
	var tail string
	source.SiteName = withoutSlogan(source.SiteName)
	source.Title, tail = s.titleOf(about, source.SiteName)
	source.SiteName = firstOf(source.SiteName, tail)
	source.Description = firstOf(s.first("og:description"), text(about["description"]), s.first("description", "twitter:description", "dc.description", "dcterms.abstract"))
	source.CanonicalURL = s.canonical(about, page)
	source.Authors = s.authorsOf(about, source.SiteName)
	source.Title = withoutAuthor(source.Title, source.Authors)
	source.Language = s.languageOf(about)
	source.PublishedAt = firstTime(append([]string{
		text(about["datePublished"]), text(about["uploadDate"]), s.first("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publishdate", "publication_date",
			"citation_publication_date", "citation_date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "video:release_date", "date"),
		text(about["dateCreated"]),
	}, s.published...)...)
	source.ModifiedAt = firstTime(text(about["dateModified"]), s.first("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified", "last-modified"), firstOf(s.modified...))
	source.Reviews = s.reviews()
	source.Captions, source.Media = s.captions, s.media
	return about, recording
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
