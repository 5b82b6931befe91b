// Package profile describes how the author of a text, each speaker of a recording and each person who is quoted word what they say: how sure, how charged,
// how much by questions, and how that changes over the text. It counts words; it is no diagnosis and knows nothing of what anybody means.
package profile

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

// Roles of voices.
const (
	RoleAuthor  = "author"
	RoleSpeaker = "speaker"
	RoleQuoted  = "quoted"
)

// Bounds of a profile.
const (
	maxVoices    = 12
	minWords     = 12     // a voice that says less has no way of speaking that could be described
	maxSentences = 20_000 // of all voices together that are looked at
)

// Input is what is known of a source. Only Document must be there.
type Input struct {
	Document     text.Document
	Source       *schemas.Source
	Transcript   *schemas.Transcript
	Analysis     *schemas.Analysis
	Verification *schemas.Verification
}

// Make describes the voices of a text. Its only error is the context's.
func Make(ctx context.Context, in Input) (schemas.Profile, error) {
	p := schemas.Profile{Voices: []schemas.Voice{}, Method: schemas.MethodLocal}
	lexicon, ok := cues.For(in.Document.Language.Code)
	if !ok {
		p.Limits = append(p.Limits, schemas.Limit{
			Code: "language_not_supported", Message: "Ways of speaking are described in English, German, French, Spanish and Italian only; of this text only questions, exclamations and the length of sentences are counted.",
		})
		lexicon, _ = cues.Parse("", "")
	}
	voices, limits := split(in)
	p.Limits = append(p.Limits, limits...)
	for _, v := range voices {
		if v.words < minWords {
			continue
		}
		voice, err := describe(ctx, in, lexicon, v)
		if err != nil {
			return p, err
		}
		p.Voices = append(p.Voices, voice)
	}
	slices.SortStableFunc(p.Voices, func(a, b schemas.Voice) int {
		return cmp.Or(cmp.Compare(b.Words, a.Words), strings.Compare(a.Name, b.Name))
	})
	if n := len(p.Voices); n > maxVoices {
		p.Voices = p.Voices[:maxVoices]
		p.Limits = append(p.Limits, schemas.Limit{Code: "more_voices", Message: fmt.Sprintf("%d voices speak; the %d who say most are described.", n, maxVoices)})
	}
	if in.Document.Language.Code != "en" {
		p.Limits = append(p.Limits, schemas.Limit{Code: "tone_english_only", Message: "The course of the tone is computed for English texts only."})
	}
	return p, ctx.Err()
}

// utterance is a sentence, or a part of one, that a voice says.
type utterance struct {
	sentence int // of the document
	text     string
}

// voice is somebody's part of the text.
type voice struct {
	name, role string
	markedAs   string // as schemas.Voice.MarkedAs
	words      int
	quoted     int // of what it says, what the text quotes
	says       []utterance
}

// describe measures a voice.
func describe(ctx context.Context, in Input, lexicon *cues.Lexicon, v *voice) (schemas.Voice, error) {
	out := schemas.Voice{Name: v.name, Role: v.role, MarkedAs: v.markedAs, Quoted: v.quoted, Sentences: len(v.says), Words: v.words}
	c := count(ctx, lexicon, v)
	if err := ctx.Err(); err != nil {
		return out, err
	}
	out.Measures = measures(c, v, in.Verification)
	out.Patterns = patterns(in.Document, c, v)
	if in.Document.Language.Code == "en" {
		course, err := course(ctx, v.says)
		if err != nil {
			return out, err
		}
		out.Course = course
		if s, ok := turn(in.Document, v, course); ok {
			out.Patterns = append(out.Patterns, s)
		}
	}
	return out, nil
}
