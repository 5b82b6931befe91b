package signals

import (
	"slices"
	"strings"

	"autointel.example/schemas"
)

// findWording makes findings of the cues in the writer's own words, one for each code and sentence.
func (r *reading) findWording() {
	for i, s := range r.sentences {
		for _, code := range wording {
			words, strong := s.of(code)
			if len(words) == 0 || strong == 0 && len(words) < 2 || r.resolved(code, i) {
				continue
			}
			severity := kinds[code].severity
			if len(words) >= 3 || strong >= 2 {
				severity = min(3, severity+1)
			}
			r.add(schemas.Finding{Code: code, Severity: severity, Matched: strings.Join(words, ", ")}, i)
		}
	}
}

// of returns the words of a code in a sentence, each once, and how many of them are strong.
func (s sentence) of(code string) (words []string, strong int) {
	for _, c := range s.cues {
		if c.section != code || slices.Contains(words, c.words) {
			continue
		}
		words = append(words, c.words)
		if !c.weak {
			strong++
		}
	}
	return words, strong
}

// resolved reports whether somebody who can be asked is named close by: “experts say” is no sign where the next sentence says who.
func (r *reading) resolved(code string, i int) bool {
	if code != schemas.FindingFalseAuthority && code != schemas.FindingUnattributed {
		return false
	}
	return r.near(i, sentence.attributed)
}

// attributed reports whether a sentence says by name who says so.
func (s sentence) attributed() bool { return s.named && !s.vague && (s.reported || s.quotation) }
