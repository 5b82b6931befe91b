package signals

import (
	"fmt"
	"math"

	"autointel.example/schemas"
)

// Margin is the mean absolute error of the score on labelled texts that it was not calibrated on, in points. Package calibrate measures it.
const Margin = 0

// The most points that each part of the score gives; together 100. They were chosen by the calibration half of the labelled texts.
const (
	ofSourcing    = 18
	ofAttribution = 12
	ofAuthorship  = 14
	ofLanguage    = 24
	ofPurpose     = 12
	ofHeadline    = 8
	ofConsistency = 6
	ofElsewhere   = 6
)

// part is a part of the score before it is rounded: share is 0 to 1.
type part struct {
	code, name string
	of         int
	share      float64
	why        string
}

// trust computes the score as the sum of its parts.
func (r *reading) trust() schemas.Trust {
	t := schemas.Trust{Margin: Margin}
	for _, p := range r.parts() {
		points := int(math.Round(float64(p.of) * min(1, max(0, p.share))))
		t.Score += points
		t.Parts = append(t.Parts, schemas.TrustPart{Code: p.code, Name: p.name, Points: points, Of: p.of, Why: p.why})
	}
	return t
}

func (r *reading) parts() []part {
	return []part{r.sourcing(), r.attribution(), r.authorship(), r.language(), r.purpose(), r.headlinePart(), r.consistency(), r.elsewhere()}
}

// statements counts the sentences that say something.
func (r *reading) statements() (n int) {
	for _, s := range r.sentences {
		if s.statement {
			n++
		}
	}
	return n
}

// sourcing: how many sentences say where they are from, by a name, or by what a figure is measured against. A fifth of them is enough.
func (r *reading) sourcing() part {
	p := part{code: "sourcing", name: "Sourcing", of: ofSourcing}
	if r.lexicon == nil {
		p.share, p.why = 0.5, "Sources cannot be told in this language: half the points."
		return p
	}
	named, measured := 0, 0
	for _, s := range r.sentences {
		switch {
		case s.attributed():
			named++
		case s.figure && s.base && !s.vague:
			measured++
		}
	}
	links := 0
	if r.Source != nil {
		links = len(r.Source.Links)
	}
	n := r.statements()
	p.share = (float64(named)+0.5*float64(measured))/math.Max(2, 0.2*float64(n)) + 0.15*math.Min(2, float64(links))
	p.why = fmt.Sprintf("Of %d sentences %d name who says so and %d give a figure with what it is measured against; %d links lead to other pages.", n, named, measured, links)
	return p
}

// attribution: of those who are invoked, how many have a name.
func (r *reading) attribution() part {
	p := part{code: "attribution", name: "Attribution", of: ofAttribution, share: 0.5, why: "Nobody is invoked, by name or without: half the points."}
	if r.lexicon == nil {
		p.why = "Who is invoked cannot be told in this language: half the points."
		return p
	}
	named := 0
	for _, s := range r.sentences {
		if s.attributed() {
			named++
		}
	}
	vague := r.places[schemas.FindingFalseAuthority] + r.places[schemas.FindingUnattributed]
	if named+vague > 0 {
		p.share = float64(named) / float64(named+2*vague)
		p.why = fmt.Sprintf("%d sentences invoke somebody by name, %d somebody without one.", named, vague)
	}
	return p
}

// authorship: who wrote it, who published it, and when.
func (r *reading) authorship() part {
	p := part{code: "authorship", name: "Authorship and dates", of: ofAuthorship}
	var have, lack []string
	note := func(there bool, what string, share float64) {
		if there {
			p.share += share
			have = append(have, what)
			return
		}
		lack = append(lack, what)
	}
	note(r.author() != "" && r.places[schemas.FindingHiddenAuthor] == 0, "an author", 0.5)
	note(r.Source != nil && r.Source.SiteName != "", "a publisher", 0.2)
	note(r.Source != nil && r.Source.PublishedAt != nil, "a date", 0.3)
	switch {
	case len(lack) == 0:
		p.why = "Author, publisher and date are named."
	case len(have) == 0:
		p.why = "Neither an author nor a publisher nor a date is named."
	default:
		p.why = fmt.Sprintf("Named: %s. Not named: %s.", list(have), list(lack))
	}
	return p
}

func list(items []string) string {
	out := ""
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			out += " and "
		default:
			out += ", "
		}
		out += item
	}
	return out
}

// charged are the findings that count against the language of a text.
var charged = []string{
	schemas.FindingLoadedLanguage, schemas.FindingFalseDilemma, schemas.FindingAdHominem, schemas.FindingAppealToFear, schemas.FindingBandwagon,
	schemas.FindingOverconfidence, schemas.FindingCherryPicked,
}

// language: how often the wording presses instead of telling. One sign in five sentences takes all points.
func (r *reading) language() part {
	p := part{code: "language", name: "Language", of: ofLanguage}
	if r.lexicon == nil {
		p.share, p.why = 0.5, "The wording cannot be judged in this language: half the points."
		return p
	}
	load := 0
	for _, code := range charged {
		load += r.places[code] * kinds[code].severity
	}
	loud := 0
	for _, s := range r.sentences {
		if s.exclaims || s.shouts {
			loud++
		}
	}
	n := r.statements()
	p.share = 1 - (float64(load)+0.5*float64(loud))/(0.2*float64(n+4))
	p.why = fmt.Sprintf("Of %d sentences, signs with a weight of %d press instead of telling, and %d are loud.", n, load, loud)
	return p
}

// purpose: whether the text wants to sell something or to make people act at once.
func (r *reading) purpose() part {
	p := part{code: "purpose", name: "Purpose", of: ofPurpose}
	phrases, _ := r.selling()
	urgent := r.places[schemas.FindingUrgency]
	p.share = 1 - 0.25*float64(len(phrases)) - 0.25*float64(urgent)
	p.why = "The text neither sells nor presses to act."
	if len(phrases)+urgent > 0 {
		p.why = fmt.Sprintf("%d phrases sell, %d press to act at once.", len(phrases), urgent)
	}
	if len(phrases) >= sellsFrom && r.disclosed() {
		p.share += 0.25
		p.why += " It says so openly."
	}
	return p
}

func (r *reading) headlinePart() part {
	p := part{code: "headline", name: "Headline", of: ofHeadline, share: 0.5, why: "There is no headline: half the points."}
	if r.headline == nil {
		return p
	}
	p.share, p.why = 1, "The text bears out its headline."
	for _, f := range r.findings {
		if f.Code == schemas.FindingHeadline {
			p.share, p.why = min(p.share, 0.8-0.4*float64(f.Severity)), f.Why
		}
	}
	return p
}

func (r *reading) consistency() part {
	p := part{code: "consistency", name: "Consistency", of: ofConsistency, share: 0.5, why: "It was not checked whether the statements go together: half the points."}
	if r.Verification != nil {
		n := len(r.Verification.Conflicts)
		p.share, p.why = 1-0.5*float64(n), "No statements were found that do not go together."
		if n > 0 {
			p.why = fmt.Sprintf("Statements or figures do not go together in %d places.", n)
		}
	}
	return p
}

func (r *reading) elsewhere() part {
	p := part{code: "elsewhere", name: "Evidence elsewhere", of: ofElsewhere, share: 0.5, why: "No other document was found to compare with: half the points."}
	if r.Verification == nil {
		return p
	}
	supported, disputed := 0.0, 0.0
	for _, c := range r.Verification.Claims {
		switch c.Verdict {
		case schemas.VerdictSupported:
			supported++
		case schemas.VerdictDisputed:
			disputed++
		case schemas.VerdictMixed:
			supported, disputed = supported+0.5, disputed+0.5
		}
	}
	if n := supported + disputed; n > 0 {
		p.share = (supported + 0.5) / (n + 1)
		p.why = fmt.Sprintf("Of the claims that other documents speak of, %.0f are supported and %.0f disputed; mixed ones count half to either.", math.Floor(supported), math.Floor(disputed))
	}
	return p
}
