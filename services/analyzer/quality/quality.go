// Package quality says how far each part of a report can be trusted: by how much text there was, what was left out, how well the language is known, how
// many sources there are, and by which method the part was made. It judges the work on the source, not the source.
package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// Levels of confidence, with the least score of each.
const (
	High   = "high"   // 0.75
	Medium = "medium" // 0.45
	Low    = "low"    // above 0
	None   = "none"   // nothing was yielded
)

// Statuses of a section, as the report names them.
const (
	completed = "completed"
	skipped   = "skipped"
)

// Input is what the stages yielded, and how each came out. A nil pointer: the stage has no output.
type Input struct {
	Sections     []schemas.Section // the stages before this one, in the order of the plan
	Source       *schemas.Source
	Transcript   *schemas.Transcript
	Analysis     *schemas.Analysis
	Related      *schemas.Related
	Verification *schemas.Verification
	Assessment   *schemas.Assessment
	Knowledge    *schemas.Knowledge
	Research     *schemas.Research
	Profile      *schemas.Profile
}

// rating is a score in the making: it begins at what the method can reach, and reasons take something off.
type rating struct {
	score   float64
	reasons []string
}

func (r *rating) from(score float64, reason string) {
	r.score = score
	r.reasons = append(r.reasons, reason)
}

// times multiplies the score, and says why.
func (r *rating) times(factor float64, format string, args ...any) {
	r.score *= factor
	r.reasons = append(r.reasons, fmt.Sprintf(format, args...))
}

// limits take a tenth off for each thing that could not be done, at most three, and repeat the first of them.
func (r *rating) limits(limits []schemas.Limit) {
	const most = 3
	for i, l := range limits {
		if i == most {
			r.reasons = append(r.reasons, fmt.Sprintf("And %d more things could not be done.", len(limits)-most))
			break
		}
		r.times(0.9, "%s", l.Message)
	}
}

// weights are how much each part counts in the whole.
var weights = map[string]float64{"acquire": 2, "transcribe": 1, "analyze": 2, "context": 1, "verify": 2, "assess": 2, "integrate": 0.5, "research": 1, "profile": 0.5}

// Rate rates every stage.
func Rate(in Input) schemas.Quality {
	q := schemas.Quality{Parts: []schemas.Confidence{}}
	sum, of := 0.0, 0.0
	for _, s := range in.Sections {
		c := schemas.Confidence{Part: s.Stage}
		switch s.Status {
		case completed:
			r := in.rate(s.Stage)
			c.Score, c.Reasons = round(r.score), r.reasons
			c.Level = level(c.Score)
		case skipped:
			c.Level, c.Reasons = None, []string{"Not done: " + reason(s)}
		default:
			c.Level, c.Reasons = None, []string{"It failed: " + reason(s)}
		}
		q.Parts = append(q.Parts, c)
		if w := weights[s.Stage]; w > 0 && (s.Status != skipped || !harmless(s)) {
			sum, of = sum+w*c.Score, of+w
		}
	}
	if of > 0 {
		q.Overall = round(sum / of)
	}
	q.Why = why(q)
	return q
}

func reason(s schemas.Section) string {
	if s.Message != "" {
		return s.Message
	}
	return "no reason is given."
}

// harmless reports whether a stage was skipped because there was nothing for it, which takes nothing from the rest: a page without a recording needs no
// transcript.
func harmless(s schemas.Section) bool {
	return strings.HasPrefix(s.Reason, "nothing_to_") || strings.HasPrefix(s.Reason, "no_")
}

func level(score float64) string {
	switch {
	case score >= 0.75:
		return High
	case score >= 0.45:
		return Medium
	case score > 0:
		return Low
	}
	return None
}

// why says what the whole stands on and what weighs it down.
func why(q schemas.Quality) string {
	var by [3][]string
	for _, p := range q.Parts {
		if i := slices.Index([]string{High, Medium, Low}, p.Level); i >= 0 {
			by[i] = append(by[i], schemas.StageWord(p.Part))
		}
	}
	var all []string
	for i, words := range []string{"high in", "medium in", "low in"} {
		if len(by[i]) > 0 {
			all = append(all, words+" "+join(by[i]))
		}
	}
	if len(all) == 0 {
		return "No part was yielded that could be rated."
	}
	return "Confidence is " + strings.Join(all, "; ") + ". The whole is the mean of the parts by their weight; a step that had nothing to work on does not count."
}

// join lists things as a sentence does.
func join(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

func round(x float64) float64 { return math.Round(min(1, max(0, x))*100) / 100 }
