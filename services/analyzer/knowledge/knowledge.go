// Package knowledge relates a report to earlier ones: what changed on the same page, which texts are nearly the same, and what else
// is known of its site, its authors and the names in it. It compares what it is given, the same way every time.
//
//	knowledge.go  the earlier reports, sorted by how they are related
//	names.go      when two names are of the same author, site or entity
//	change.go     what differs between two readings of one page
//	edits.go      which sentences only read otherwise, and their figures
package knowledge

import (
	"cmp"
	"math"
	"slices"

	"autointel.example/internal/weburl"
	"autointel.example/schemas"
)

// Bounds of what is shown.
const (
	mostEarlier  = 10 // of each list
	mostEntities = 20
	mostReports  = 5 // of an entity
)

// alike is the likeness from which on two texts are near-duplicates. By word pairs, two texts of which one in twenty words differs
// are about 0.8 alike, and two about different things under 0.25.
const alike = 0.6

// fewestWords is how long a text must be for its likeness to mean something.
const fewestWords = 40

// Subject is the report that is being made.
type Subject struct {
	URL      string // as it was asked for
	Source   *schemas.Source
	Analysis *schemas.Analysis // nil: there is none
}

// URLs are the addresses of the page, each once.
func (s Subject) URLs() []string {
	urls := []string{s.URL}
	if s.Source != nil {
		urls = append(urls, s.Source.FinalURL, s.Source.CanonicalURL)
	}
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(urls, func(u string) bool {
		key := weburl.Normalize(u)
		known := seen[key]
		seen[key] = true
		return known
	})
}

// Names are those of the entities that other reports may mention too, the most mentioned first.
func (s Subject) Names() []string {
	if s.Analysis == nil {
		return nil
	}
	var names []string
	for _, e := range s.Analysis.Entities {
		if named(e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

// Relate sorts earlier reports, newest first, by how they are related to a subject. A report of the same page is in no other
// list.
func Relate(s Subject, answer schemas.ArchiveKnowledge) schemas.Knowledge {
	k := schemas.Knowledge{Looked: len(answer.Reports)}
	urls := map[string]bool{}
	for _, u := range s.URLs() {
		urls[weburl.Normalize(u)] = true
	}
	ours := subjectNames(s)
	mentions := map[string][]schemas.Earlier{}
	for _, r := range answer.Reports {
		e := earlier(s, r)
		if urls[weburl.Normalize(r.URL)] || r.SourceURL != "" && urls[weburl.Normalize(r.SourceURL)] {
			k.SameURL = append(k.SameURL, e)
			continue
		}
		if e.Likeness >= alike {
			k.Duplicates = append(k.Duplicates, e)
		}
		if ours.site(r) {
			k.SameSource = append(k.SameSource, e)
		}
		if ours.author(r) {
			k.SameAuthor = append(k.SameAuthor, e)
		}
		seen := map[string]bool{}
		for _, name := range r.Entities {
			if key := fold(name); ours.entities[key] && !seen[key] {
				seen[key] = true
				mentions[key] = append(mentions[key], e)
			}
		}
	}
	slices.SortStableFunc(k.Duplicates, func(a, b schemas.Earlier) int { return cmp.Compare(b.Likeness, a.Likeness) })
	k.SameURL, k.Duplicates, k.SameSource, k.SameAuthor = most(k.SameURL), most(k.Duplicates), most(k.SameSource), most(k.SameAuthor)
	for _, name := range s.Names() {
		key := fold(name)
		if found := mentions[key]; len(found) > 0 && len(k.Entities) < mostEntities {
			k.Entities = append(k.Entities, schemas.Known{Name: name, Reports: found[:min(len(found), mostReports)]})
			delete(mentions, key)
		}
	}
	k.Limits = limits(s, answer)
	return k
}

// earlier is a report as it is listed.
func earlier(s Subject, r schemas.KnownReport) schemas.Earlier {
	e := schemas.Earlier{WorkflowID: r.Workflow, URL: r.URL, Title: r.Title, EndedAt: r.EndedAt, Trust: r.Trust}
	switch {
	case s.Source != nil && r.Digest != "" && r.Digest == s.Source.Digest:
		e.Likeness = 1
	case s.Analysis != nil && s.Analysis.Words >= fewestWords:
		e.Likeness = Likeness(s.Analysis.Fingerprint, r.Fingerprint)
	}
	return e
}

// Likeness estimates from two MinHashes which share of their word pairs two texts have in common (Jaccard), to the hundredth. The
// error is about 9 points with 128 hashes. Fingerprints that cannot be compared are alike in nothing.
func Likeness(a, b []uint32) float64 {
	if len(a) == 0 || len(a) != len(b) {
		return 0
	}
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	return math.Round(100*float64(same)/float64(len(a))) / 100
}

func most(list []schemas.Earlier) []schemas.Earlier { return list[:min(len(list), mostEarlier)] }

// Codes of limits.
const (
	LimitTruncated   = "knowledge_truncated"
	LimitFingerprint = "knowledge_no_fingerprint"
	LimitTextGone    = "knowledge_text_gone"
)

func limits(s Subject, answer schemas.ArchiveKnowledge) []schemas.Limit {
	var out []schemas.Limit
	if answer.Truncated {
		out = append(out, schemas.Limit{Code: LimitTruncated, Message: "There are more earlier reports than were compared: the newest, those of the same address and those that mention the same names were."})
	}
	if len(answer.Reports) > 0 && (s.Analysis == nil || len(s.Analysis.Fingerprint) == 0 || s.Analysis.Words < fewestWords) {
		out = append(out, schemas.Limit{Code: LimitFingerprint, Message: "The text is too short, or has no fingerprint, to look for others that are nearly the same."})
	}
	return out
}
