package captions

import (
	"slices"
	"strings"

	"autointel.example/schemas"
)

// Rank puts tracks in the order in which they are worth reading. The language counts most, the first one most of all: what is
// quoted should be what was said. Then what people made, before what a machine did; then captions, which say who speaks, before
// subtitles and transcripts. Tracks that are alike stay in the order of the page. Languages are BCP 47, empty ones are passed
// over.
func Rank(tracks []schemas.CaptionTrack, languages ...string) []schemas.CaptionTrack {
	ranked := slices.Clone(tracks)
	score := func(t schemas.CaptionTrack) int {
		s := 0
		for i, l := range languages {
			if l != "" && primary(t.Language) == primary(l) {
				s = 16 << (len(languages) - i)
				break
			}
		}
		if !t.Automatic {
			s += 8
		}
		switch t.Kind {
		case "captions":
			s += 2
		case "subtitles":
			s++
		}
		return s
	}
	slices.SortStableFunc(ranked, func(a, b schemas.CaptionTrack) int { return score(b) - score(a) })
	return ranked
}

// primary is the language of a tag, without region and script.
func primary(tag string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(language)
}
