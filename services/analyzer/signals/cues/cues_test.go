package cues

import (
	"context"
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

func document(s string) text.Document {
	return text.Read(&schemas.Source{Text: s, Language: "en"}, nil)
}

// needed are the sections that every language must have, so that no finding is for one language alone.
var needed = []string{
	Negation, Reporting, Attribution, "hedge", "certain", "absolute", "self", "we", "they", "address", "evaluative", "loaded_language", "false_dilemma", "ad_hominem",
	"appeal_to_fear", "manufactured_urgency", "bandwagon", "overconfidence", "unattributed_claim", "vague_authority", "headline_bait", "strong_claim", "sell",
	"disclosure", "byline", "anonymous", "agency", "amplifier", "base", "heightening", "one_sided", "relation",
}

func TestEveryLanguageHasEverySection(t *testing.T) {
	for _, language := range languages {
		l, ok := For(language)
		if !ok {
			t.Fatalf("no cues of %s", language)
		}
		for _, section := range needed {
			if !slices.Contains(l.sections, section) {
				t.Errorf("%s: there is no section [%s]", language, section)
			}
		}
		if n := len(l.sections); n != len(needed) {
			t.Errorf("%s has %d sections, and %d are read", language, n, len(needed))
		}
	}
}

func TestALexiconThatCannotBeReadSaysWhere(t *testing.T) {
	for content, want := range map[string]string{
		"may":                   "line 1: a phrase before the first [section]",
		"[hedge]\nmay,, might":  `line 2: "": an empty phrase would stand everywhere`,
		"[hedge]\n(a|b":         `line 2: "(a|b": brackets do not match`,
		"[hedge]\n\n*":          `line 3: "*": an empty phrase would stand everywhere`,
		"[hedge]\nmy <kin>":     `line 2: "my <kin>": no list above it is called <kin>`,
		"[hedge]\n<kin>: a,, b": `line 2: "": an empty phrase would stand everywhere`,
	} {
		if _, err := Parse("xx", content); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
}

// shown writes the cues of a sentence out, those that are not the writer's own in brackets.
func shown(s *Sentence) string {
	var all []string
	for _, m := range s.Matches {
		word := m.Section + "=" + s.Words(m)
		switch {
		case m.Quoted:
			word = "quoted(" + word + ")"
		case m.Negated:
			word = "negated(" + word + ")"
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

func TestWhatAPhraseMatches(t *testing.T) {
	const lexicon = `
[negation]
not, never
[hedge]
may, suggest*, it is unclear
[loaded_language]
~shocking, outrag*, fake news
-shocking pink
[false_dilemma]
either we .. or
[vague_authority]
(many|most|) experts (say|agree)
[appeal_to_fear]
<kin>: child*, grand mother
<harm>: suffer, go hungry
your <kin> will .. <harm>
[address]
Sie`
	l, err := Parse("en", lexicon)
	if err != nil {
		t.Fatal(err)
	}
	for sentence, want := range map[string]string{
		"It may be so, and the data suggested it.":                               "hedge=may hedge=suggested",
		"May I say that it is unclear?":                                          "hedge=May hedge=it is unclear",
		"A shocking pink dress, an outrageous price.":                            "loaded_language=outrageous",
		"It is not outrageous.":                                                  "negation=not negated(loaded_language=outrageous)",
		"It is not the case, by far, that it outrages":                           "negation=not loaded_language=outrages",
		"“An outrage,” he said, “outright.”":                                     "quoted(loaded_language=outrage)",
		"Either we leave the river alone or we drown.":                           "false_dilemma=Either we leave the river alone or",
		"Either we leave the river and all of it alone to the fish or we drown.": "",
		"Most experts agree; experts say so.":                                    "vague_authority=Most experts agree vague_authority=experts say",
		"Your children will go hungry, your grand mother will in the end suffer": "appeal_to_fear=Your children will go hungry appeal_to_fear=your grand mother will in the end suffer",
		"Your grand piano will suffer, and your children will go.":               "",
		"Sie kommen, wenn Sie wollen.":                                           "address=Sie",
		"FAKE NEWS":                                                              "loaded_language=FAKE NEWS",
		"Fakenews":                                                               "",
	} {
		s := l.One(sentence)
		if got := shown(&s); got != want {
			t.Errorf("%s\n got %s\nwant %s", sentence, got, want)
		}
	}
}

func TestAQuotationGoesOnOverSentencesOfItsParagraph(t *testing.T) {
	l, _ := For("en")
	var got []string
	for s := range l.Read(context.Background(), document("He rose. \"They are traitors. A disgrace. Shameless!\" The room was still.\n\nThe farce ended.")) {
		got = append(got, shown(&s))
	}
	want := []string{
		"", "quoted(they=They) quoted(loaded_language=traitors)", "quoted(loaded_language=disgrace)", "quoted(loaded_language=Shameless)", "", "loaded_language=farce",
	}
	for i := range got {
		if strings.Contains(got[i], "sell") || i < len(want) && got[i] != want[i] {
			t.Errorf("sentence %d: %s, want %s", i, got[i], want[i])
		}
	}
}

func TestNames(t *testing.T) {
	for sentence, want := range map[string]bool{
		"en: Officials said so.":                         false,
		"en: The mayor, Clara Voss, said so.":            true,
		"en: In Lisbon, nobody knows.":                   true,
		"en: I think that I'm right.":                    false,
		"de: Experten warnen vor der Gefahr im Hafen.":   false,
		"de: Die Forscherin Clara Voss warnt davor.":     true,
		"de: Nach Angaben des BKA ist das so.":           true,
		"fr: Selon l'Insee, les prix montent.":           true,
		"it: Gli esperti dicono che non è così.":         false,
		"es: Lo explica María Ortega, de la universidad": true,
	} {
		language, sentence, _ := strings.Cut(sentence, ": ")
		l, _ := For(language)
		s := l.One(sentence)
		if got := s.Named(language); got != want {
			t.Errorf("%s: %v", sentence, got)
		}
	}
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"It's 3.5% of £1,200, so-called 'fun'.": "it's|3.5|%|of|£|1,200|so-called|fun'",
		"L’eau d'une ville":                     "l'|eau|d'|une|ville",
		"\xff\xfe broken":                       "broken",
	} {
		var got []string
		for _, token := range tokenize(in, strings.Contains(in, "’"), nil) {
			got = append(got, token.Norm)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %s", in, strings.Join(got, "|"))
		}
	}
}

func FuzzOne(f *testing.F) {
	f.Add("en", "“They don't want you to know: 100% of experts say so!” (sic) 5\" «or» not")
	f.Add("fr", "L'avant-garde qu’on n'a pas vue d'ici")
	f.Add("de", "\xff\xc2„Lüge“, sagte sie")
	f.Fuzz(func(t *testing.T, language, sentence string) {
		l, ok := For(language)
		if !ok {
			l, _ = For("it")
		}
		s := l.One(sentence)
		for _, m := range s.Matches {
			if s.Words(m) == "" {
				t.Errorf("an empty cue: %+v", m)
			}
		}
	})
}
