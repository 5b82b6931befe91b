package signals

import (
	"fmt"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// namedIn is a finding as a language model names it.
func namedIn(d text.Document, code, words string) schemas.Finding {
	for i, s := range d.Sentences {
		if strings.Contains(s, words) {
			return schemas.Finding{Code: code, Matched: words, Quotes: []schemas.Quote{d.Quote(i)}, Method: "model:tide-7b"}
		}
	}
	return schemas.Finding{Code: code, Matched: words, Quotes: []schemas.Quote{{Text: words}}, Method: "model:tide-7b"}
}

// TestASignThatAModelNamesIsTheWritersOwn: not what is quoted, not what is reported, not what its words do not say, and nothing that the
// text gave away already.
func TestASignThatAModelNamesIsTheWritersOwn(t *testing.T) {
	const page = "The harbour office has thrown our children to the tide. “They have thrown us to the wolves,” the baker writes. " +
		"Clara Voss said that the council had sold its soul. The shameless regime media will print anything. The table of the tides is for sale."
	source := &schemas.Source{Text: page, Language: "en"}
	d := text.Read(source, nil)
	in := Input{Document: d, Source: source}
	local, err := Assess(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.Named = []schemas.Finding{
		namedIn(d, schemas.FindingAppealToFear, "thrown our children to the tide"),
		namedIn(d, schemas.FindingLoadedLanguage, "thrown us to the wolves"),
		namedIn(d, schemas.FindingAdHominem, "sold its soul"),
		namedIn(d, schemas.FindingLoadedLanguage, "shameless regime media"),
		namedIn(d, schemas.FindingLoadedLanguage, "words of nobody"),
		namedIn(d, schemas.FindingContradiction, "for sale"),
		{Code: schemas.FindingUrgency, Matched: "for sale", Method: "model:tide-7b"},
	}
	a, err := Assess(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a.Trust) != fmt.Sprint(local.Trust) {
		t.Errorf("the score has changed: %+v, was %+v", a.Trust, local.Trust)
	}
	var named []schemas.Finding
	for _, f := range a.Findings {
		if f.Method != schemas.MethodLocal {
			named = append(named, f)
		}
	}
	if len(named) != 1 || len(a.Findings) != len(local.Findings)+1 {
		t.Fatalf("%+v", named)
	}
	if f := named[0]; f.Code != schemas.FindingAppealToFear || f.Severity != 1 || f.Name != "Appeal to fear" || !strings.Contains(f.Why, f.Matched) || f.Method != "model:tide-7b" || f.Quotes[0].Text != d.Sentences[0] {
		t.Errorf("%+v", f)
	}
}

// TestAModelsSignsAreBounded: however many it names.
func TestAModelsSignsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, "Quay %d was given to the gulls. ", i)
	}
	d := text.Read(&schemas.Source{Text: b.String(), Language: "en"}, nil)
	in := Input{Document: d}
	for i := range d.Sentences {
		in.Named = append(in.Named, schemas.Finding{Code: schemas.FindingLoadedLanguage, Matched: "given to the gulls", Quotes: []schemas.Quote{d.Quote(i)}, Method: "model:tide-7b"})
	}
	a, err := Assess(t.Context(), in)
	if err != nil || len(a.Findings) != maxNamed {
		t.Errorf("%d findings, %v", len(a.Findings), err)
	}
}
