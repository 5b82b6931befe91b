package text

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
)

func TestDetect(t *testing.T) {
	for code, s := range map[string]string{
		"en": "The water rose every morning, and the keeper wrote its height into the book without fail.",
		"de": "Das Wasser stieg jeden Morgen, und der Wärter schrieb die Höhe ohne Ausnahme in das Buch.",
		"fr": "L'eau montait chaque matin et le gardien notait sans faute sa hauteur dans le livre.",
		"es": "El agua subía cada mañana y el guardián anotaba siempre la altura en el libro del puerto.",
		"ru": "Вода поднималась каждое утро, и смотритель всегда записывал её высоту в книгу.",
	} {
		if got := Detect(s, ""); got.Code != code || got.Declared {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got := Detect("Das ist Deutsch.", "en-GB"); got.Code != "en" || !got.Declared || got.Name != "English" {
		t.Errorf("declared: %+v", got)
	}
}

// prose makes a text of n sentences over a few subjects, the same every time.
func prose(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	nouns := []string{"tide gauge", "harbour book", "keeper", "storm surge", "library", "brass float", "measurement", "council"}
	verbs := []string{"recorded", "moved", "questioned", "repaired", "compared", "kept"}
	var b strings.Builder
	for i := range n {
		b.WriteString("The " + nouns[r.IntN(len(nouns))] + " " + verbs[r.IntN(len(verbs))] + " the " + nouns[r.IntN(len(nouns))] + " before the " + nouns[r.IntN(len(nouns))] + " of the winter. ")
		if i%7 == 6 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func TestASummaryQuotesTheTextInItsOrder(t *testing.T) {
	s := prose(120)
	all := Sentences(s, "en")
	summary, err := Summarize(t.Context(), Document{Sentences: all, Language: schemas.Language{Code: "en"}}, 6)
	if err != nil || len(summary) != 6 {
		t.Fatalf("%d sentences, %v", len(summary), err)
	}
	for i, q := range summary {
		if all[q.Index] != q.Text || i > 0 && q.Index <= summary[i-1].Index {
			t.Errorf("%d: %+v", i, q)
		}
	}
}

func TestKeyTerms(t *testing.T) {
	terms := keyTerms(Sentences("The “tide gauge” stood there. Two tide gauges fell. The tide gauge's float rose. A boat came.", "en"), "en", 5)
	if len(terms) == 0 || terms[0].Text != "tide gauge" || terms[0].Count < 2 {
		t.Errorf("%+v", terms)
	}
}

// TestWhatCountsOrDoesIsNoKeyTerm: an ordinal, and a verb before a figure, are no part of a term. A name keeps its ordinal.
func TestWhatCountsOrDoesIsNoKeyTerm(t *testing.T) {
	for _, c := range []struct{ language, text, has, hasNot string }{
		{"en", "There was not a single wet cellar. A single wet cellar would do. It was wet.", "wet cellar", "single wet cellar"},
		{"en", "The sea wall cost 31 million pounds. The sea wall cost 36 million pounds. A sea wall it is.", "sea wall", "sea wall cost"},
		{"en", "The second part of it came late. The second part was dear. They say it was the second part.", "part", "second part"},
		{"en", "The bunker is of the Second World War. Since the Second World War it was shut.", "Second World War", "World War"},
		{"en", "The wall is wet on Monday. Every Monday it is. On Monday the sea wall fell, a wet sea wall.", "sea wall", "Monday"},
		{"en", "The new wall stands. A new wall was wanted. It is a new wall in New Elmham, and New Elmham has it.", "New Elmham", "new wall"},
		{"en", "He met Prime Minister Lena Brandt. Then Prime Minister Lena Brandt left with the prime minister of Orania.", "Lena Brandt", "Prime Minister Lena"},
		{"en", "The Orania harbour is deep. An Orania harbour pilot came. In Orania harbour he slept.", "Orania harbour", "orania harbour"},
		{"en", "Then Prime Minister Lena Brandt spoke. Prime Minister Brandt left. Her prime minister stayed.", "prime minister", "Prime Minister"},
		{"fr", "Le mur pourra tenir jeudi. Jeudi, le mur pourra tomber. Le mur de jeudi est vieux.", "mur", "jeudi"},
		{"de", "Der neue Deich hält am Montag. Ein neuer Deich kam am Montag. Der neue Deich ist da.", "Deich", "Montag"},
		{"de", "Der Deich kostete 31 Millionen. Der Deich kostete zu viel, der Deich kostete 36 Millionen.", "Deich", "Deich kostete"},
		{"de", "Im Zweiten Weltkrieg fiel er. Der Zweite Weltkrieg war zu Ende.", "Zweiten Weltkrieg", "Weltkrieg"},
		{"fr", "La dernière digue a cédé. La dernière digue était vieille.", "digue", "dernière digue"},
		{"es", "El último dique cedió. El último dique era viejo.", "dique", "último dique"},
		{"it", "L'ultima diga ha ceduto. L'ultima diga era vecchia.", "diga", "ultima diga"},
	} {
		var terms []string
		for _, k := range keyTerms(Sentences(c.text, c.language), c.language, 9) {
			terms = append(terms, k.Text)
		}
		if !slices.Contains(terms, c.has) || slices.Contains(terms, c.hasNot) {
			t.Errorf("%s: %q", c.text, terms)
		}
	}
}

// of is a source with nothing but its text.
func of(s string) Document { return Read(&schemas.Source{Text: s}, nil) }

func TestTheSameTextHasTheSameAnalysis(t *testing.T) {
	a, err := Analyze(t.Context(), of(prose(200)))
	b, err2 := Analyze(t.Context(), of(prose(200)))
	if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%v\n%+v\n%+v", err, a, b)
	}
	if a.Language.Code != "en" || a.Tone == nil || a.Readability == nil || a.Words == 0 {
		t.Errorf("%+v", a)
	}
}

func TestReadability(t *testing.T) {
	easy := Readability(Words("The cat sat on the mat. It was fat."), 2, "en")
	hard := Readability(Words("Institutional documentation necessitates considerable administrative coordination between municipalities."), 1, "en")
	if easy.FleschReadingEase < 100 || hard.FleschReadingEase > 0 || hard.FleschKincaidGrade < easy.FleschKincaidGrade {
		t.Errorf("%+v %+v", easy, hard)
	}
}

func TestACancelledAnalysisEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Analyze(ctx, of(prose(100))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"", "x", "\x00\xff", "שלום עולם. מה שלומך?", strings.Repeat("word ", 100), "...", "A. B. C. D."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := Analyze(t.Context(), of(s)); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAnalyze1MB(b *testing.B) {
	s := prose(1_000_000 / 90)
	for b.Loop() {
		if _, err := Analyze(b.Context(), of(s)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestASummaryHoldsSentencesAndNoHeadings(t *testing.T) {
	d := Document{Language: schemas.Language{Code: "en"}, Sentences: []string{
		"THE FERRY OF MARL STAYS", "The ferry leaves Marl at nine in the morning.", "The council spoke of the ferry to Marl on Monday.",
		"The captain spoke of the ferry to Marl on Sunday.", "Read more about the ferry of Marl »",
	}}
	for title, want := range map[string][]int{"The council": {1, 2}, "The captain": {1, 3}} {
		d.Title = title
		var got []int
		summary, err := Summarize(t.Context(), d, 2)
		for _, s := range summary {
			got = append(got, s.Index)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", title, got, err, want)
		}
	}
	d.Sentences = []string{"the ferry of marl stays where it is", "two hundred people take it"}
	if summary, err := Summarize(t.Context(), d, 3); err != nil || len(summary) != 2 {
		t.Errorf("captions without full stops: %v %v", summary, err)
	}
}

func TestAnAdvertisementAmongTheParagraphsSpeaksForNothing(t *testing.T) {
	for _, label := range []string{"ANZEIGE: ", "PUBLICITÉ : ", "Advertisement: "} {
		said := []string{"The old bridge over the river Lahe stays closed until October.", label + "Cheap flights to the old bridge in the sun until October.", "The repair of the old bridge takes until October."}
		summary, err := Summarize(t.Context(), Document{Sentences: said, Language: schemas.Language{Code: "en"}}, 3)
		if err != nil || len(summary) != 2 {
			t.Errorf("%s %v %v", label, summary, err)
		}
	}
	if advert("Ad astra: the long way to the stars") {
		t.Error("it is no label")
	}
}

// TestASummaryNeedsNothingBeforeIt: a sentence that points back is left for one that stands by itself, even where it has the figure.
func TestASummaryNeedsNothingBeforeIt(t *testing.T) {
	for language, s := range map[string]string{
		"en": "The town wants to build a wall of stone along the harbour. Gulls were seen over the market in the morning. But this wall of stone along the harbour would cost the town 40 million pounds. The council of the town will vote on the wall of stone along the harbour soon.",
		"de": "Die Stadt will am Hafen eine Mauer aus Stein bauen. Am Morgen waren Möwen über dem Markt zu sehen. Doch diese Mauer aus Stein am Hafen würde die Stadt 40 Millionen Euro kosten. Der Rat der Stadt stimmt bald über die Mauer aus Stein am Hafen ab.",
		"fr": "La ville veut bâtir un mur de pierre le long du port. Des mouettes volaient au-dessus du marché le matin. Mais ce mur de pierre du port coûterait à la ville 40 millions d'euros. Le conseil de la ville votera bientôt sur le mur de pierre du port.",
		"es": "La ciudad quiere levantar un muro de piedra en el puerto. Por la mañana había gaviotas sobre el mercado. Pero ese muro de piedra del puerto costaría a la ciudad 40 millones de euros. El consejo de la ciudad votará pronto sobre el muro de piedra del puerto.",
		"it": "La città vuole costruire un muro di pietra lungo il porto. Al mattino i gabbiani volavano sul mercato. Ma questo muro di pietra del porto costerebbe alla città 40 milioni di euro. Il consiglio della città voterà presto sul muro di pietra del porto.",
	} {
		d := Read(&schemas.Source{Text: s, Language: language}, nil)
		all, err := Summarize(t.Context(), d, 2)
		if err != nil || len(all) != 2 || all[0].Index != 0 || all[1].Index != 3 {
			t.Errorf("%s: %v %+v", language, err, all)
		}
	}
}

// TestASummarySaysNothingTwice: a caption that stands on a page twice, and the end of a quotation that begins before it.
func TestASummarySaysNothingTwice(t *testing.T) {
	for s, want := range map[string][]int{
		"The wall of Elmham was finished on 3 May 2019 with 40 men. The wall of Elmham was finished on 3 May 2019 with 40 men. The town of Elmham paid for the wall with a loan of its own. Gulls came.":  {0, 2},
		"The wall of Elmham was built by the men of the town. “Of stone it is. The wall of Elmham cost 40 million pounds of stone and men.” The men of the town paid for the wall of Elmham with a loan.": {0, 3},
	} {
		all, err := Summarize(t.Context(), Read(&schemas.Source{Text: s, Language: "en"}, nil), 2)
		var got []int
		for _, q := range all {
			got = append(got, q.Index)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v %+v", err, all)
		}
	}
}
