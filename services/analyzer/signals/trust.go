package signals

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"autointel.example/schemas"
)

// Margin is the mean absolute error of the score on labelled texts that it was not calibrated on, in points. Package calibrate measures it.
const Margin = 10

// The most points that each part of the score gives; together 100. They were chosen by the calibration half of the labelled texts.
const (
	ofSourcing    = 30
	ofAttribution = 12
	ofAuthorship  = 6
	ofLanguage    = 12
	ofPurpose     = 22
	ofHeadline    = 6
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

// verb counts with a noun or a verb that agrees: 1 sentence names, 2 sentences name.
func verb(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// none is verb where what is counted stands before: none names, 1 names, 2 name.
func none(n int, one, several string) string {
	if n == 0 {
		return "none " + one
	}
	return verb(n, one, several)
}

// sourced counts the sentences that name who says so, and of the others those that give a figure with what it is measured against.
func (r *reading) sourced() (named, measured int) {
	for _, s := range r.sentences {
		switch {
		case s.attributed():
			named++
		case s.figure && s.base && !s.vague:
			measured++
		}
	}
	return named, measured
}

// sourcing: how many sentences say where they are from, by a name, or by what a figure is measured against. Two in five are enough.
func (r *reading) sourcing() part {
	p := part{code: "sourcing", name: "Sourcing", of: ofSourcing}
	if r.lexicon == nil {
		p.share, p.why = 0.5, "Sources cannot be told in this language: half the points."
		return p
	}
	named, measured := r.sourced()
	links := 0
	if r.Source != nil {
		links = len(r.Source.Links)
	}
	n := r.statements()
	p.share = (float64(named)+0.75*float64(measured))/math.Max(3, 0.4*float64(n)) + 0.05*math.Min(2, float64(links))
	leads := "no link leads"
	if links > 0 {
		leads = verb(links, "link leads", "links lead")
	}
	p.why = fmt.Sprintf("Of %s %s who says so and %s a figure with what it is measured against; %s to other pages.",
		verb(n, "sentence", "sentences"), none(named, "names", "name"), none(measured, "gives", "give"), leads)
	return p
}

// attribution: of those who are invoked, how many have a name.
func (r *reading) attribution() part {
	p := part{code: "attribution", name: "Attribution", of: ofAttribution, why: "Nobody is invoked, by name or without: no points."}
	if r.lexicon == nil {
		p.why = "Who is invoked cannot be told in this language: half the points."
		return p
	}
	named, measured := r.sourced()
	vague := r.places[schemas.FindingFalseAuthority] + r.places[schemas.FindingUnattributed]
	if named+vague > 0 {
		p.share = float64(named) / float64(named+2*vague)
		p.why = fmt.Sprintf("%s somebody by name, %s somebody without one.", verb(named, "sentence invokes", "sentences invoke"), none(vague, "invokes", "invoke"))
	} else if measured > 0 {
		p.share = 0.25 * float64(measured)
		p.why = fmt.Sprintf("Nobody is invoked; %s a figure of the text's own with what it is measured against.", verb(measured, "sentence gives", "sentences give"))
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
	p.why = fmt.Sprintf("Over %s, signs that press instead of telling have a weight of %d; %s loud.", verb(n, "sentence", "sentences"), load, cmp.Or(map[bool]string{true: "none is"}[loud == 0], verb(loud, "is", "are")))
	return p
}

// pressing are the findings by which a text wants to make people do something.
var pressing = []string{schemas.FindingUrgency, schemas.FindingAppealToFear, schemas.FindingBandwagon, schemas.FindingFalseDilemma}

// Of purpose, what is taken off.
const (
	perPress   = 0.35 // for each place that presses
	perRouse   = 0.2  // for each place that rouses
	perSale    = 0.3  // for each phrase that sells
	ofOneSide  = 0.8  // the text is its publisher's own account of itself, or paid for
	ofArguing  = 0.7  // at most, for sentences that say “I” or what should be
	arguesFrom = 0.12 // share of such sentences from which on a text argues
	perArguing = 3.0  // times their share
)

// purpose: whether the text tells, or argues, sells, speaks for itself, or wants to make people act.
func (r *reading) purpose() part {
	p := part{code: "purpose", name: "Purpose", of: ofPurpose, share: 1}
	var why []string
	take := func(n int, each float64, one, several string) {
		if n > 0 {
			p.share -= each * float64(n)
			why = append(why, verb(n, one, several))
		}
	}
	phrases, _ := r.selling()
	press := 0
	for _, code := range pressing {
		press += r.places[code]
	}
	arguing := 0
	for _, s := range r.sentences {
		if s.argues && !s.reported {
			arguing++
		}
	}
	take(press, perPress, "place presses the reader", "places press the reader")
	take(r.places[schemas.FindingLoadedLanguage]+r.places[schemas.FindingAdHominem], perRouse, "place rouses the reader against somebody or something", "places rouse the reader against somebody or something")
	take(len(phrases), perSale, "phrase sells", "phrases sell")
	if share := float64(arguing) / float64(max(1, r.statements())); share >= arguesFrom {
		take(arguing, min(ofArguing, perArguing*share)/float64(arguing), "sentence argues, by “I” or what should be", "sentences argue, by “I” or what should be")
	}
	if r.oneSided() {
		p.share -= ofOneSide
		why = append(why, map[bool]string{true: "the page says that it is advertising", false: "it is its publisher's own account of itself, or paid for"}[r.Source != nil && r.Source.Sponsored != ""])
	}
	p.why = "The text tells; it neither argues nor sells nor presses."
	if len(why) > 0 {
		p.why = "Taken off: " + strings.Join(why, "; ") + "."
	}
	return p
}

// oneSided reports whether the text is a press release, or says that it was paid for.
func (r *reading) oneSided() bool {
	if r.Source != nil && r.Source.Sponsored != "" {
		return true
	}
	for i, s := range r.sentences {
		if s.oneSided && !s.reported && (i < edge || i >= len(r.sentences)-edge) {
			return true
		}
	}
	return false
}

// edge is how many sentences at the beginning and at the end of a text say where it is from.
const edge = 3

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
		n, claims := len(r.Verification.Conflicts), len(r.Verification.Claims)
		p.share = 0.5 + 0.5*math.Min(1, float64(claims)/enoughClaims) - 0.5*float64(n)
		switch {
		case n == 0 && claims == 0:
			p.why = "No claim was found that another could contradict: half the points."
		case n == 0:
			p.why = fmt.Sprintf("No contradiction was found in %s.", verb(claims, "claim", "claims"))
		default:
			p.why = fmt.Sprintf("Statements or figures do not go together in %s.", verb(n, "place", "places"))
		}
	}
	return p
}

// enoughClaims is how many claims without a conflict give all points for consistency: of few claims it says little that they go together.
const enoughClaims = 10

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
