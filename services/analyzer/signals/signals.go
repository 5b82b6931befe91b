// Package signals looks for signs of deception and manipulation in a text, and says how far the source can be trusted as it stands. A sign is a place in
// the text for a person to look at; it is no proof. What a quoted or reported speaker says is not the writer's and no sign, nor is what is negated.
// Everything is found by the cue phrases of package cues and by counting; docs/analysis.md says how each part of the score is computed.
package signals

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals/cues"
	"autointel.example/services/analyzer/text"
)

// Bounds of an assessment.
const (
	maxFindings = 40
	maxQuotes   = 3 // of a finding
	graveAt     = 3 // places from which on a finding is one degree graver
)

// Input is what is known of a source. Only Document must be there.
type Input struct {
	Document     text.Document
	Source       *schemas.Source
	Transcript   *schemas.Transcript
	Verification *schemas.Verification
	Named        []schemas.Finding // by a language model: code, words, sentence and method
}

// Assess looks for signs and computes the trust score. Its only error is the context's.
func Assess(ctx context.Context, in Input) (schemas.Assessment, error) {
	r, err := read(ctx, in)
	if err != nil {
		return schemas.Assessment{}, err
	}
	r.findWording()
	r.findFigures()
	r.findHeadline()
	r.findAdvertising()
	r.findAuthorship()
	r.findVerified()
	a := schemas.Assessment{Trust: r.trust(), Method: schemas.MethodLocal, Limits: r.limits}
	r.addNamed()
	if a.Findings = r.findings; a.Findings == nil {
		a.Findings = []schemas.Finding{}
	}
	slices.SortStableFunc(a.Findings, func(a, b schemas.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(place(a), place(b)), strings.Compare(a.Code, b.Code))
	})
	if n := len(a.Findings); n > maxFindings {
		a.Findings = a.Findings[:maxFindings]
		a.Limits = append(a.Limits, schemas.Limit{Code: "more_findings", Message: fmt.Sprintf("%d signs were found; the %d gravest are listed.", n, maxFindings)})
	}
	return a, ctx.Err()
}

// place is where a finding stands; what concerns the whole comes first.
func place(f schemas.Finding) int {
	if len(f.Quotes) == 0 {
		return -1
	}
	return f.Quotes[0].Sentence
}

// reading is a text, read once, with what was found in it so far.
type reading struct {
	Input
	lexicon   *cues.Lexicon // nil: none for this language
	sentences []sentence
	findings  []schemas.Finding
	named     []schemas.Finding // what is believed of Input.Named
	known     map[string]int    // of a finding's code and words, its place in findings
	places    map[string]int    // of each code, in how many sentences it was found
	limits    []schemas.Limit
	headline  *cues.Sentence
}

// sentence is what later steps need to know of a sentence.
type sentence struct {
	paragraph                     int // the first sentence of its paragraph
	reported, named, vague        bool
	figure, base, amplified       bool
	hedged, strong, question      bool
	exclaims, shouts, disclosure  bool
	byline, agency, anonymous     bool
	quotation, certain, statement bool
	argues                        bool // it says I, or what should be
	oneSided                      bool // it says that the text is a press release, or paid for
	cues                          []own
	share                         string // a share or multiple, as it stands there
}

// own is a cue in the writer's own words.
type own struct {
	section, words string
	weak           bool
}

// read goes through the text once.
func read(ctx context.Context, in Input) (*reading, error) {
	r := &reading{Input: in, known: map[string]int{}, places: map[string]int{}}
	language := in.Document.Language.Code
	lexicon, ok := cues.For(language)
	if !ok {
		r.limits = append(r.limits, schemas.Limit{
			Code:    "language_not_supported",
			Message: "Signs in the wording are looked for in English, German, French, Spanish and Italian only; this text was judged by its headline, authorship and figures alone.",
		})
		return r, ctx.Err()
	}
	r.lexicon = lexicon
	r.sentences = make([]sentence, len(in.Document.Sentences))
	tooLong := 0
	for s := range lexicon.Read(ctx, in.Document) {
		if s.TooLong {
			tooLong++
		}
		r.sentences[s.Index] = note(&s, language)
		r.believe(&s)
	}
	if tooLong > 0 {
		r.limits = append(r.limits, schemas.Limit{
			Code: "long_sentences", Message: fmt.Sprintf("%d passages of more than %d bytes without the end of a sentence were not looked at.", tooLong, cues.MaxSentence),
		})
	}
	if in.Source != nil && in.Source.Title != "" {
		headline := lexicon.One(in.Source.Title)
		r.headline = &headline
	}
	return r, ctx.Err()
}

// note keeps of a sentence what later steps need.
func note(s *cues.Sentence, language string) sentence {
	n := sentence{
		paragraph: s.Paragraph, reported: s.Reported(), named: s.Named(language), base: s.Has(sectionBase), amplified: s.Has(sectionAmplifier),
		hedged: s.Has(sectionHedge), strong: s.Has(sectionStrong), certain: s.Has(sectionCertain), disclosure: s.Has(sectionDisclosure), byline: s.Has(sectionByline),
		agency: s.Has(sectionAgency), anonymous: s.Has(sectionAnonymous), quotation: s.HasQuotation(), statement: len(s.Tokens) >= 4,
		oneSided: s.Has(sectionOneSided), argues: s.Has(sectionSelf) || s.Has(sectionEvaluative),
		question: strings.HasSuffix(strings.TrimRight(s.Text, "\"”’'»)"), "?"), exclaims: strings.Contains(s.Text, "!") && !s.HasQuotation(), shouts: shouts(s),
	}
	n.share, n.figure = shareOf(s)
	for _, m := range s.Matches {
		switch m.Section {
		case schemas.FindingFalseAuthority, schemas.FindingUnattributed:
			says := n.named && reportedBeside(s, m)
			n.vague = n.vague || !m.Quoted && !says
		case sectionSell:
		default:
			if _, isFinding := kinds[m.Section]; !isFinding || n.reported && !kinds[m.Section].reported {
				continue
			}
		}
		if m.Own() {
			n.cues = append(n.cues, own{m.Section, s.Words(m), m.Weak})
		}
	}
	return n
}

// reportedBeside reports whether the sentence reports somebody's words by other words than a cue's own: “experts warn, said Clara Voss”.
func reportedBeside(s *cues.Sentence, c cues.Match) bool {
	return slices.ContainsFunc(s.Matches, func(m cues.Match) bool {
		return (m.Section == cues.Reporting || m.Section == cues.Attribution) && !m.Quoted && (m.To <= c.From || m.From >= c.To)
	})
}

// shouts reports whether a sentence has three words or more in capitals alone.
func shouts(s *cues.Sentence) bool {
	n := 0
	for i, t := range s.Tokens {
		word := s.Text[t.From:t.To]
		if len(word) > 2 && !s.Quoted[i] && strings.ToUpper(word) == word && strings.ToLower(word) != word {
			n++
		}
	}
	return n >= 3
}

// add notes a finding, or another place of one that is known. No sentence: it concerns the whole.
func (r *reading) add(f schemas.Finding, places ...int) {
	f.Method = schemas.MethodLocal
	f.Name = kinds[f.Code].name
	if f.Severity == 0 {
		f.Severity = kinds[f.Code].severity
	}
	if f.Why == "" {
		f.Why = fmt.Sprintf(kinds[f.Code].why, "“"+f.Matched+"”")
	}
	r.places[f.Code] += max(1, len(places))
	key := f.Code + " " + strings.ToLower(f.Matched)
	if at, ok := r.known[key]; ok && f.Matched != "" {
		known := &r.findings[at]
		if len(known.Quotes) < maxQuotes {
			known.Quotes = append(known.Quotes, r.quotes(places)...)
		}
		known.Severity = max(known.Severity, f.Severity)
		if len(known.Quotes) == graveAt {
			known.Severity = min(3, kinds[f.Code].severity+1)
		}
		return
	}
	r.known[key] = len(r.findings)
	f.Quotes = append(f.Quotes, r.quotes(places)...)
	r.findings = append(r.findings, f)
}

func (r *reading) quotes(places []int) []schemas.Quote {
	var quotes []schemas.Quote
	for _, p := range places {
		if len(quotes) < maxQuotes {
			quotes = append(quotes, r.Document.Quote(p))
		}
	}
	return quotes
}

// near reports whether something holds of a sentence or of one beside it in its paragraph.
func (r *reading) near(i int, holds func(sentence) bool) bool {
	for j := max(0, i-1); j <= min(len(r.sentences)-1, i+1); j++ {
		if r.sentences[j].paragraph == r.sentences[i].paragraph && holds(r.sentences[j]) {
			return true
		}
	}
	return false
}
