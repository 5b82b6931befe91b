package signals

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// Bounds of advertising.
const (
	sellsFrom    = 2 // different selling phrases from which on a text sells
	sellsGravely = 4
)

// affiliate are parts of links by which somebody is paid for a sale.
var affiliate = []string{"amzn.to/", "tag=", "affiliate", "awin1.com", "shareasale", "partner_id=", "aff_id=", "?ref=", "&ref="}

// selling returns the different phrases by which the text sells, and where; links that pay count as one.
func (r *reading) selling() (phrases []string, places []int) {
	seen := map[string]bool{}
	for i, s := range r.sentences {
		for _, c := range s.cues {
			key := strings.ToLower(c.words)
			if c.section == sectionSell && !s.reported && !seen[key] {
				seen[key] = true
				phrases = append(phrases, c.words)
				if !slices.Contains(places, i) {
					places = append(places, i)
				}
			}
		}
	}
	if r.Source != nil {
		i := slices.IndexFunc(r.Source.Links, func(l schemas.Link) bool {
			return slices.ContainsFunc(affiliate, func(part string) bool { return strings.Contains(l.URL, part) })
		})
		if i >= 0 {
			phrases = append(phrases, r.Source.Links[i].URL)
		}
	}
	return phrases, places
}

// disclosed reports whether the text or its page says that it is advertising, where money comes from, or with whom it was made.
func (r *reading) disclosed() bool {
	if r.Source != nil && (r.Source.Sponsored != "" || r.Source.Partner != "") {
		return true
	}
	return slices.ContainsFunc(r.sentences, func(s sentence) bool { return s.disclosure })
}

func (r *reading) findAdvertising() {
	phrases, places := r.selling()
	if len(phrases) < sellsFrom || r.disclosed() {
		return
	}
	severity := 2
	if len(phrases) >= sellsGravely {
		severity = 3
	}
	r.add(schemas.Finding{Code: schemas.FindingUndisclosedAd, Severity: severity, Matched: strings.Join(phrases[:min(5, len(phrases))], ", ")}, places...)
}

// faceless are names that stand where an author's would and name nobody.
var faceless = []string{"admin", "editor", "editorial", "staff", "team", "redaktion", "rédaction", "redacción", "redazione", "webmaster", "newsroom", "desk", "stories", "equipo", "guest", "anonymous", "anonym"}

// author returns who wrote the text: named by the page, or an agency or a byline in the text; empty: nobody is named.
func (r *reading) author() string {
	if r.Source != nil {
		for _, a := range r.Source.Authors {
			isFaceless := slices.ContainsFunc(strings.Fields(strings.ToLower(a)), func(w string) bool { return slices.Contains(faceless, w) })
			if !isFaceless && strings.TrimSpace(a) != "" {
				return a
			}
		}
	}
	n := len(r.sentences)
	for i, s := range r.sentences {
		if (i < edge || i >= n-edge) && (s.agency || s.byline) {
			return "named in the text"
		}
	}
	return ""
}

// findAuthorship notes that an article does not say who wrote it. A text or a recording without a page around it need not.
func (r *reading) findAuthorship() {
	i := slices.IndexFunc(r.sentences, func(s sentence) bool { return s.anonymous })
	if i >= 0 {
		r.add(schemas.Finding{Code: schemas.FindingHiddenAuthor, Severity: 2, Why: "The text says that its author does not want to be known."}, i)
		return
	}
	if r.Source == nil || r.Source.Kind != "article" || r.author() != "" {
		return
	}
	missing := []string{"an author"}
	if r.Source.SiteName == "" {
		missing = append(missing, "a publisher")
	}
	if r.Source.PublishedAt == nil {
		missing = append(missing, "a date")
	}
	f := schemas.Finding{Code: schemas.FindingHiddenAuthor, Why: fmt.Sprintf("The page does not name %s.", strings.Join(missing, " or "))}
	if len(missing) == 3 {
		f.Severity = 2
	}
	if len(r.Source.Authors) > 0 {
		f.Why = fmt.Sprintf("“%s” stands where the author would, and is nobody one could ask.", strings.Join(r.Source.Authors, ", "))
	}
	r.add(f)
}

// findVerified makes findings of what the check of the claims found.
func (r *reading) findVerified() {
	if r.Verification == nil {
		return
	}
	for _, c := range r.Verification.Conflicts {
		code := schemas.FindingFiguresDontFit
		if c.Kind == "contradiction" {
			code = schemas.FindingContradiction
		}
		r.add(schemas.Finding{Code: code, Why: c.Why, Quotes: c.Quotes})
	}
	for _, c := range r.Verification.Claims {
		if c.Verdict != schemas.VerdictDisputed {
			continue
		}
		f := schemas.Finding{Code: schemas.FindingDisputedByOther, Why: "Another document says otherwise.", Quotes: []schemas.Quote{c.Where}}
		for _, e := range c.Evidence {
			if e.Against && len(f.Quotes) <= maxQuotes {
				if len(f.Quotes) == 1 {
					f.Why = "Another document says otherwise: " + strings.TrimSuffix(e.Why, ".") + "."
				}
				f.Quotes = append(f.Quotes, e.Where)
			}
		}
		r.add(f)
	}
}
