package quality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"autointel.example/schemas"
)

// What each method can reach, and from when on there is enough to work on.
const (
	counted      = 0.9  // what is counted from the words
	heuristic    = 0.75 // what rests on cue words
	compared     = 0.7  // what rests on the likeness of sentences
	enoughWords  = 200
	fewWords     = 60
	enoughClaims = 3
	enoughSites  = 3
)

// languages are those that cue words exist of.
var languages = []string{"en", "de", "fr", "es", "it"}

// rate rates a stage that was completed. One that this package does not know is medium, and says so.
func (in Input) rate(stage string) rating {
	var r rating
	rates := map[string]func(*rating) bool{
		"acquire": in.acquire, "transcribe": in.transcribe, "analyze": in.analyze, "context": in.context, "verify": in.verify, "assess": in.assess,
		"integrate": in.integrate, "research": in.research, "profile": in.profile,
	}
	if f := rates[stage]; f == nil || !f(&r) {
		r.from(0.5, "There is no rule to rate this part by.")
	}
	return r
}

func (in Input) acquire(r *rating) bool {
	if in.Source == nil {
		return false
	}
	words := len(strings.Fields(in.Source.Text))
	r.from(1, "The page was read as its server sent it.")
	switch {
	case in.Source.Kind == "media" || in.Source.Kind == "captions":
	case words == 0:
		r.times(0.3, "The page has no readable text.")
	case words < fewWords:
		r.times(0.6, "Only %d words could be read: there may be more on the page.", words)
	}
	if in.Source.Kind == "pdf" {
		r.times(0.9, "Of a PDF the order of the text is a guess.")
	}
	r.limits(in.Source.Limits)
	return true
}

func (in Input) transcribe(r *rating) bool {
	if in.Transcript == nil {
		return false
	}
	switch origin := strings.ToLower(in.Transcript.Origin); {
	case strings.HasPrefix(origin, "speech recognition"):
		r.from(0.76, fmt.Sprintf("The words were recognised by a machine (%s): names and figures may be misheard.", in.Transcript.Origin))
	case strings.Contains(origin, "automatic"):
		r.from(0.95, "The words are those of the captions.")
		r.times(0.75, "The captions were made by a machine: names and figures may be misheard.")
	default:
		r.from(0.95, "The words are those of the captions.")
	}
	r.limits(in.Transcript.Limits)
	return true
}

func (in Input) analyze(r *rating) bool {
	if in.Analysis == nil {
		return false
	}
	r.from(counted, "Counted from the words of the text.")
	in.amount(r)
	in.language(r, false)
	modelled(r, methodsOfAnalysis(in.Analysis))
	r.limits(in.Analysis.Limits)
	return true
}

// amount takes off for a short text.
func (in Input) amount(r *rating) {
	if in.Analysis == nil {
		r.times(0.8, "The text was not analysed.")
		return
	}
	switch n := in.Analysis.Words; {
	case n < fewWords:
		r.times(0.5, "%d words are too few for more than a first impression.", n)
	case n < enoughWords:
		r.times(0.8, "%d words are a small basis.", n)
	}
}

// language takes off where the language is uncertain, or where cue words are needed that do not exist.
func (in Input) language(r *rating, cues bool) {
	if in.Analysis == nil {
		return
	}
	l := in.Analysis.Language
	if !l.Reliable {
		r.times(0.8, "The language was guessed.")
	}
	if cues && !slices.Contains(languages, l.Code) {
		r.times(0.4, "There are no cue words of this language.")
	}
}

// modelled takes off for what a language model had a part in: it stands on quotes, and still may be worded wrongly. It is told
// by the methods of all that the part consists of.
func modelled(r *rating, methods []string) {
	for _, method := range methods {
		if name, ok := strings.CutPrefix(method, schemas.MethodModel); ok {
			r.times(0.95, "A language model (%s) had a part in it.", strings.TrimSpace(name))
			return
		}
	}
}

// methodsOfAnalysis are those of the summary and of the names.
func methodsOfAnalysis(a *schemas.Analysis) []string {
	methods := []string{a.Method}
	if a.Abstract != nil {
		methods = append(methods, a.Abstract.Method)
	}
	for _, e := range a.Entities {
		methods = append(methods, e.Method)
	}
	return methods
}

// methodsOfAssessment are those of the signs.
func methodsOfAssessment(a *schemas.Assessment) []string {
	methods := []string{a.Method}
	for _, f := range a.Findings {
		methods = append(methods, f.Method)
	}
	return methods
}

// methodsOfVerification are those of the claims and of what is for or against them.
func methodsOfVerification(v *schemas.Verification) []string {
	methods := []string{v.Method}
	for _, c := range v.Claims {
		methods = append(methods, c.Method)
		for _, e := range c.Evidence {
			methods = append(methods, e.Method)
		}
	}
	return methods
}

func (in Input) context(r *rating) bool {
	if in.Related == nil {
		return false
	}
	read, left := len(in.Related.Documents), len(in.Related.Skipped)
	r.from(0.9, "Linked pages were read as their servers sent them.")
	switch {
	case read == 0:
		r.times(0.2, "None of %d linked pages could be read.", left)
	case read < enoughSites:
		r.times(0.7, "Only %s read, and %d left out.", plural(read, "linked page was", "linked pages were"), left)
	case left > 2*read:
		r.times(0.8, "%d linked pages were read, and %d left out.", read, left)
	}
	r.limits(in.Related.Limits)
	return true
}

func (in Input) verify(r *rating) bool {
	v := in.Verification
	if v == nil {
		return false
	}
	decided := 0
	for _, c := range v.Claims {
		if len(c.Evidence) > 0 {
			decided++
		}
	}
	r.from(compared, "Claims and evidence are matched by the likeness of sentences.")
	switch {
	case len(v.Claims) == 0:
		r.times(0.6, "No claims were found that could be checked.")
	case v.Checked == 0:
		r.times(0.4, "There was no other document to look for evidence in, so no claim was checked.")
	case v.Checked < enoughSites:
		r.times(0.7, "Evidence was looked for in %s only.", plural(v.Checked, "other document", "other documents"))
	}
	if v.Checked > 0 && len(v.Claims) >= enoughClaims {
		r.reasons = append(r.reasons, plural(decided, "claim has", "claims have")+" evidence, of "+plural(len(v.Claims), "claim", "claims")+".")
		r.score *= 0.7 + 0.3*float64(decided)/float64(len(v.Claims))
	}
	in.language(r, true)
	modelled(r, methodsOfVerification(v))
	r.limits(v.Limits)
	return true
}

func (in Input) assess(r *rating) bool {
	if in.Assessment == nil {
		return false
	}
	r.from(heuristic, "Signs are found by cue words, and the score was calibrated on labelled texts.")
	in.amount(r)
	in.language(r, true)
	if in.Verification == nil || in.Verification.Checked == 0 {
		r.times(0.85, "The score knows the text alone: nothing was compared with other documents.")
	}
	modelled(r, methodsOfAssessment(in.Assessment))
	r.limits(in.Assessment.Limits)
	return true
}

func (in Input) integrate(r *rating) bool {
	if in.Knowledge == nil {
		return false
	}
	r.from(counted, plural(in.Knowledge.Looked, "earlier report was", "earlier reports were")+" compared.")
	if in.Knowledge.Looked == 0 {
		r.times(0.4, "There are no earlier reports yet to compare with.")
	}
	r.limits(in.Knowledge.Limits)
	return true
}

func (in Input) research(r *rating) bool {
	if in.Research == nil {
		return false
	}
	r.from(compared, "What documents agree on is matched by the likeness of sentences.")
	if n := len(in.Research.Documents); n < enoughSites {
		r.times(0.6, "It rests on %s beside the source.", plural(n, "document", "documents"))
	}
	r.limits(in.Research.Limits)
	return true
}

func (in Input) profile(r *rating) bool {
	if in.Profile == nil {
		return false
	}
	r.from(heuristic, "Wording is counted by cue words; it says nothing of what is meant.")
	words := 0
	for _, v := range in.Profile.Voices {
		words = max(words, v.Words)
	}
	if words < enoughWords {
		r.times(0.6, "The voice that says most has %s: a small basis for a way of speaking.", plural(words, "word", "words"))
	}
	in.language(r, true)
	r.limits(in.Profile.Limits)
	return true
}

// plural counts with a word that agrees.
func plural(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + several
}
