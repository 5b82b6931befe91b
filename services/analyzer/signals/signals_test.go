package signals

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// found returns the codes and words of the findings in a text, sorted by place.
func found(t *testing.T, language, s string) []string {
	t.Helper()
	source := &schemas.Source{Text: s, Language: language}
	a, err := Assess(t.Context(), Input{Document: text.Read(source, nil), Source: source})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range a.Findings {
		for _, q := range f.Quotes {
			if !strings.Contains(s, q.Text) {
				t.Errorf("%s quotes what does not stand there: %q", f.Code, q.Text)
			}
		}
		all = append(all, f.Code+": "+f.Matched)
	}
	slices.Sort(all)
	return all
}

// TestWhatIsFound: a sentence, and what is found in it. The sentence after it has the same words, and is no sign.
func TestWhatIsFound(t *testing.T) {
	for _, c := range []struct{ language, sign, want, noSign string }{
		{"en", "The shameless regime media will print anything.", "loaded_language: shameless, regime media", "“The shameless regime media will print anything,” said the senator."},
		{"en", "A shocking and brutal plan.", "loaded_language: shocking, brutal", "A brutal winter killed the vines."},
		{"en", "Either we close the border or the town dies.", "false_dilemma: Either we close the border or", "The speaker claimed that either we close the border or the town dies."},
		{"en", "What do you expect from a clown, this failed politician?", "ad_hominem: What do you expect from a, this failed", "The circus has a clown."},
		{"en", "They are coming for your children.", "appeal_to_fear: coming for your children", "The party had warned voters that they are coming for your children."},
		{"en", "Share this before they delete it.", "manufactured_urgency: Share this before", "The office deletes the records after ten years."},
		{"en", "Millions have already switched to it.", "bandwagon: Millions have already switched", "Of the residents, 1,200 have moved since May."},
		{"en", "It is 100% safe and never fails.", "overconfidence: 100% safe, never fails", "It is not 100% safe."},
		{"en", "Studies show that the leaf cures cancer.", "unattributed_claim: Studies show, cures cancer", "Studies show that the leaf does nothing, said Maria Keller of Leeds University."},
		{"en", "Experts agree that the bridge is lost.", "vague_authority: Experts agree", "Experts agree that the bridge is lost. \"It cannot be mended,\" says Ian Rowe of the Bridge Trust."},
		{"en", "Crime has exploded by 300 percent in just a year.", "cherry_picked_figure: 300 percent", "Crime rose by 300 percent, from 2 cases to 8, compared with the previous year."},
		{"en", "Order now and get free shipping with the promo code SUN.", "undisclosed_advertising: Order now, free shipping, promo code", "Advertisement. Order now and get free shipping with the promo code SUN."},
		{"de", "Die Lügenpresse verschweigt den Verrat am Volk.", "loaded_language: Lügenpresse, Verrat am", "Er rief, die „Lügenpresse“ verschweige den Umbau."},
		{"de", "Experten warnen vor dem Kollaps.", "vague_authority: Experten warnen", "Experten warnen vor dem Kollaps, sagt Jana Reuter von der Universität Bremen."},
		{"de", "Jetzt bestellen und mit dem Code SOMMER sparen.", "undisclosed_advertising: Jetzt bestellen, mit dem Code", "Anzeige: Jetzt bestellen und mit dem Code SOMMER sparen."},
		{"fr", "Les médias aux ordres nous mentent.", "loaded_language: médias aux ordres, nous mentent", "Selon le député Marc Leroy, les médias aux ordres nous mentent."},
		{"fr", "Des études prouvent que cette plante guérit le cancer.", "unattributed_claim: Des études prouvent, guérit le cancer", "Cette plante ne guérit pas le cancer."},
		{"es", "Difunde antes de que lo borren.", "manufactured_urgency: Difunde antes", "La oficina borra los datos en mayo."},
		{"es", "Solo hay dos opciones: ellos o nosotros.", "false_dilemma: Solo hay dos opciones", "El portavoz dijo que solo hay dos opciones."},
		{"it", "Tutti sanno che i giornaloni ci mentono.", "bandwagon: Tutti sanno", "I lettori hanno scritto al giornale."},
		{"it", "È efficace al 100% e senza effetti collaterali.", "overconfidence: senza effetti collaterali", "Il farmaco non è senza effetti collaterali."},
	} {
		if got := found(t, c.language, c.sign); !slices.Contains(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.sign, got, c.want)
		}
		code, _, _ := strings.Cut(c.want, ":")
		for _, f := range found(t, c.language, c.noSign) {
			if strings.HasPrefix(f, code) {
				t.Errorf("no sign, but found: %s\n%s", c.noSign, f)
			}
		}
	}
}

func TestHeadlines(t *testing.T) {
	const body = "The council of Northpoint may close the harbour bridge next winter. Engineers found rust in 14 of its cables, and the repair could take two years."
	for title, want := range map[string]string{
		"Northpoint council may close harbour bridge":                       "",
		"Rust in 14 cables of harbour bridge":                               "",
		"Rust in 214 cables of harbour bridge":                              "The headline's figure “214” does not stand in the text.",
		"7 reasons why the council may close the harbour bridge":            "",
		"Celebrity couple divorces after secret island wedding":             "Hardly a word of the headline stands in the text: it may promise something else than the text tells.",
		"Council confirms: rust destroys harbour bridge":                    "The headline says “confirms”; the text does not, and speaks of what may be.",
		"You won't believe what the Northpoint council found at the bridge": "The headline holds back what it is about to make people open it: “You won't believe”.",
	} {
		source := &schemas.Source{Text: body, Language: "en", Title: title}
		a, err := Assess(t.Context(), Input{Document: text.Read(source, nil), Source: source})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range a.Findings {
			if f.Code == schemas.FindingHeadline {
				got = f.Why
			}
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", title, got, want)
		}
	}
}

func TestTheHeadlineOfARecordingIsHeldToWhatIsSaid(t *testing.T) {
	const said = "Well, good evening. I think it may work, perhaps, and it might not. We lost eighty percent of the cellars that night, it may have been more. Maybe next year we know."
	const digits = "Well, good evening. We lost 35 percent of the cellars that night, and it may have been more. I think it might work, perhaps."
	page := "The mayor speaks about the harbour wall of Northpoint."
	article := "The council of Northpoint closes the harbour bridge next winter. Engineers found rust in its cables, and the repair takes two years. " +
		"The mayor announced it on the radio, where he answered questions of listeners for an hour and promised a ferry for those who work on the other bank."
	for _, c := range []struct{ page, said, title, want string }{
		{"", said, "Harbour Talk #142: Jonas Reet live at Northpoint Town Hall 2026 (Official Video 1080p)", ""},
		{page, said, "Evening special: floods, cellars, consequences, responsibility", ""},
		{"", said, "Jonas Reet: we lost 80% of the cellars", ""},
		{"", said, "Jonas Reet: we lost 60 percent of the cellars", ""}, // its transcript writes figures out
		{"", digits, "Jonas Reet: we lost 60 percent of the cellars", "The headline's figure “60” does not stand in the text."},
		{"", digits, "Jonas Reet: we lost 35 percent of the cellars", ""},
		{"", said, "Mayor confirms: wall works", ""},
		{"", said, "You won't believe what the mayor said", "The headline holds back what it is about to make people open it: “You won't believe”."},
		{article, said, "Council confirms: harbour bridge closes", ""},                                                                // the speaker hedges, not the article
		{article, "Good evening.", "Rust in 214 cables of harbour bridge", "The headline's figure “214” does not stand in the text."}, // the article is what was read
		{"The wall has cut flooding by eighty percent since it was built.", "", "Wall cuts flooding by 80%", ""},
		{"The wall has cut flooding by thirty percent since it was built.", "", "Wall cuts flooding by 80%", "The headline's figure “80” does not stand in the text."},
	} {
		source := &schemas.Source{Text: c.page, Language: "en", Title: c.title}
		var transcript *schemas.Transcript
		if c.said != "" {
			transcript = &schemas.Transcript{Text: c.said, Language: "en"}
		}
		a, err := Assess(t.Context(), Input{Document: text.Read(source, transcript), Source: source, Transcript: transcript})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range a.Findings {
			if f.Code == schemas.FindingHeadline {
				got = f.Why
			}
		}
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.title, got, c.want)
		}
	}
}

// TestALabelDisclosesAdvertising: a page whose label says who paid, or who had a part in it, is not accused of hiding it.
func TestALabelDisclosesAdvertising(t *testing.T) {
	const sells = "Order now and get free shipping with the promo code SUN."
	for name, c := range map[string]struct {
		source  schemas.Source
		accused bool
	}{
		"no label":   {schemas.Source{}, true},
		"a sponsor":  {schemas.Source{Sponsored: "Paid content from A Bank"}, false},
		"a partner":  {schemas.Source{Partner: "In collaboration with A Bank"}, false},
		"in English": {schemas.Source{Text: "In collaboration with A Bank.\n\n"}, false},
	} {
		c.source.Language = "en"
		c.source.Text += sells
		a, err := Assess(t.Context(), Input{Document: text.Read(&c.source, nil), Source: &c.source})
		if err != nil {
			t.Fatal(err)
		}
		if accused := slices.ContainsFunc(a.Findings, func(f schemas.Finding) bool { return f.Code == schemas.FindingUndisclosedAd }); accused != c.accused {
			t.Errorf("%s: accused is %t", name, accused)
		}
	}
}

func TestAuthorship(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		source schemas.Source
		want   string
	}{
		"named":       {schemas.Source{Kind: "article", Authors: []string{"Ada Marsh"}}, ""},
		"faceless":    {schemas.Source{Kind: "article", Authors: []string{"Editorial Team"}}, "“Editorial Team” stands where the author would, and is nobody one could ask."},
		"nothing":     {schemas.Source{Kind: "article"}, "The page does not name an author or a publisher or a date."},
		"no author":   {schemas.Source{Kind: "article", SiteName: "Post", PublishedAt: &day}, "The page does not name an author."},
		"a text file": {schemas.Source{Kind: "text"}, ""},
	} {
		c.source.Text, c.source.Language = "The bridge was closed on Monday.", "en"
		a, err := Assess(t.Context(), Input{Document: text.Read(&c.source, nil), Source: &c.source})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if i := slices.IndexFunc(a.Findings, func(f schemas.Finding) bool { return f.Code == schemas.FindingHiddenAuthor }); i >= 0 {
			got = a.Findings[i].Why
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatTheCheckFoundBecomesFindings(t *testing.T) {
	source := &schemas.Source{Text: "The wall is 9 m high. It was built in 1950. The wall is 7 m high.", Language: "en"}
	d := text.Read(source, nil)
	a, err := Assess(t.Context(), Input{Document: d, Source: source, Verification: &schemas.Verification{
		Conflicts: []schemas.Conflict{{Kind: "contradiction", Why: "9 m and 7 m.", Quotes: []schemas.Quote{d.Quote(0), d.Quote(2)}}},
		Claims: []schemas.Claim{{
			Where: d.Quote(1), Verdict: schemas.VerdictDisputed,
			Evidence: []schemas.Evidence{{Where: schemas.Quote{Document: 2, Sentence: 4, Text: "It was built in 1952."}, Against: true, Why: "1952, not 1950"}},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Findings) != 2 || a.Findings[0].Code != schemas.FindingContradiction || a.Findings[1].Code != schemas.FindingDisputedByOther {
		t.Fatalf("findings: %+v", a.Findings)
	}
	if f := a.Findings[1]; f.Why != "Another document says otherwise: 1952, not 1950." || len(f.Quotes) != 2 || f.Quotes[1].Document != 2 {
		t.Errorf("disputed: %+v", f)
	}
}

func TestTheScoreIsTheSumOfItsParts(t *testing.T) {
	total := 0
	for _, s := range []string{"", "The bridge was closed on Monday.", "SHAMELESS TRAITORS LIE TO YOU! Order now! Buy now!", "Мост закрыли в понедельник из-за ремонта."} {
		source := &schemas.Source{Text: s, Kind: "article"}
		a, err := Assess(t.Context(), Input{Document: text.Read(source, nil), Source: source})
		if err != nil {
			t.Fatal(err)
		}
		sum, of := 0, 0
		for _, p := range a.Trust.Parts {
			sum, of = sum+p.Points, of+p.Of
			if p.Points < 0 || p.Points > p.Of || p.Why == "" {
				t.Errorf("%q: part %+v", s, p)
			}
		}
		if sum != a.Trust.Score || of != 100 {
			t.Errorf("%q: the parts sum up to %d of %d, the score is %d", s, sum, of, a.Trust.Score)
		}
		total += sum
	}
	if total == 0 {
		t.Error("no text has a point")
	}
}

func TestAtMostFortyFindingsTheGravestFirst(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		b.WriteString("A disgrace, number " + strings.Repeat("x", i+1) + ", and shameless" + strings.Repeat("ly", i) + ". ")
	}
	source := &schemas.Source{Text: b.String(), Language: "en"}
	a, err := Assess(t.Context(), Input{Document: text.Read(source, nil), Source: source})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Findings) != maxFindings || len(a.Limits) != 1 || a.Limits[0].Code != "more_findings" {
		t.Errorf("%d findings, limits %+v", len(a.Findings), a.Limits)
	}
	if !slices.IsSortedFunc(a.Findings, func(a, b schemas.Finding) int { return b.Severity - a.Severity }) {
		t.Error("the gravest do not come first")
	}
}

// prose makes about n bytes of text with signs in it, the same every time.
func prose(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{
		"The council met on Monday.", "Experts say that the shameless plan will fail.", "\"It may work,\" said Clara Voss of the harbour office.", "Prices rose by 4 percent from the previous year.",
		"Either we act now or everything is lost!", "Nobody knows why.", "Order now while stocks last.",
	}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(parts[r.IntN(len(parts))] + " ")
		if i%6 == 5 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// TestHostileTexts come to an end quickly.
func TestHostileTexts(t *testing.T) {
	for name, s := range map[string]string{
		"no spaces":            strings.Repeat("a", 1<<20),
		"one sentence":         strings.Repeat("either we ", 20_000),
		"many paragraphs":      strings.Repeat("Experts say.\n\n", 50_000),
		"broken UTF-8":         strings.Repeat("\xff\xfe“they\xc2 ", 50_000),
		"quotation marks":      strings.Repeat("\"“„«", 50_000),
		"only capitals":        strings.Repeat("NEVER AGAIN WE SAY! ", 20_000),
		"gaps within gaps":     strings.Repeat("if you don't x x x x you are. ", 20_000),
		"10 MB of prose":       prose(10 << 20),
		"a megabyte of digits": strings.Repeat("100 % ", 170_000),
	} {
		source := &schemas.Source{Text: s, Language: "en", Title: s[:min(len(s), 10_000)]}
		d := text.Read(source, nil)
		started := time.Now()
		if _, err := Assess(context.Background(), Input{Document: d, Source: source}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(started); took > testtime.Limit(20*time.Second) {
			t.Errorf("%s: %s", name, took)
		}
	}
}

func BenchmarkAssess1MB(b *testing.B) {
	source := &schemas.Source{Text: prose(1 << 20), Language: "en", Title: "The council met"}
	d := text.Read(source, nil)
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Assess(context.Background(), Input{Document: d, Source: source}); err != nil {
			b.Fatal(err)
		}
	}
}
