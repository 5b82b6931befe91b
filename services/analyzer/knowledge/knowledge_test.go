package knowledge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/knowledge"
	"autointel.example/services/analyzer/text"
)

var at = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

func reading(title, words string) knowledge.Reading {
	return knowledge.Reading{Title: title, Document: text.Read(&schemas.Source{Text: words, Language: "en"}, nil)}
}

// shown writes a change down: + new, - gone, ~ edited, # a figure.
func shown(c *schemas.Change) string {
	var b strings.Builder
	for _, q := range c.Added {
		fmt.Fprintf(&b, "+%d %s\n", q.Sentence, q.Text)
	}
	for _, s := range c.Removed {
		fmt.Fprintf(&b, "- %s\n", s)
	}
	for _, e := range c.Edited {
		fmt.Fprintf(&b, "~%d %s => %s\n", e.Now.Sentence, e.Was, e.Now.Text)
	}
	for _, f := range c.Figures {
		fmt.Fprintf(&b, "#%d %s => %s\n", f.Where.Sentence, f.Was, f.Now)
	}
	fmt.Fprintf(&b, "=%d %v %s", c.Unchanged, c.Same, c.TitleWas)
	return b.String()
}

const before = "The gauge has stood in the harbour since 1894. The mean level has risen by 21 centimetres.\n\nThe wall cost $3.4 million. Nobody was hurt."

func TestDiffer(t *testing.T) {
	for _, c := range []struct{ name, was, now, want string }{
		{"nothing", before, before, "=4 true "},
		{"nothing but how it is set", before, strings.ReplaceAll(strings.ReplaceAll(before, "\n\n", "  "), "Nobody was", "Nobody  Was"), "=4 true "},
		{"the order", "One thing is so. Another is not.", "Another is not. One thing is so.", "=2 true "},
		{"a figure", before, strings.ReplaceAll(before, "21 centimetres", "23 centimetres"), "~1 The mean level has risen by 21 centimetres. => The mean level has risen by 23 centimetres.\n#1 21 centimetres => 23 centimetres\n=3 false "},
		{"a currency, and a percentage", "The wall cost $3.4 million, 12% more than planned.", "The wall cost $4.1 million, 31% more than planned.", "~0 The wall cost $3.4 million, 12% more than planned. => The wall cost $4.1 million, 31% more than planned.\n#0 $3.4 million => $4.1 million\n#0 12% => 31%\n=0 false "},
		{"words of a sentence", before, strings.ReplaceAll(before, "Nobody was hurt.", "Nobody was badly hurt."), "~3 Nobody was hurt. => Nobody was badly hurt.\n=3 false "},
		{"a sentence more", before, before + " The mayor resigned on Monday.", "+4 The mayor resigned on Monday.\n=4 false "},
		{"a sentence less", before, strings.ReplaceAll(before, " Nobody was hurt.", ""), "- Nobody was hurt.\n=3 false "},
		{"another sentence in its place", before, strings.ReplaceAll(before, "Nobody was hurt.", "The mayor resigned on Monday."), "+3 The mayor resigned on Monday.\n- Nobody was hurt.\n=3 false "},
		{"one of two that are the same", "Yes. It rose. Yes.", "Yes. It rose.", "- Yes.\n=2 false "},
		{"German", "Der Pegel stieg um 1.234,5 Meter. Niemand wurde verletzt.", "Der Pegel stieg um 1.334,5 Meter. Niemand wurde verletzt.", "~0 Der Pegel stieg um 1.234,5 Meter. => Der Pegel stieg um 1.334,5 Meter.\n#0 1.234,5 Meter => 1.334,5 Meter\n=1 false "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := knowledge.Differ(t.Context(), schemas.Earlier{EndedAt: at}, reading("The gauge", c.was), reading("The gauge", c.now))
			if err != nil || shown(got) != c.want || !got.Since.Equal(at) {
				t.Errorf("%v, got\n%s\nwant\n%s", err, shown(got), c.want)
			}
		})
	}
	got, err := knowledge.Differ(t.Context(), schemas.Earlier{}, reading("The gauge is wrong", before), reading("The gauge is right", before))
	if err != nil || got.TitleWas != "The gauge is wrong" || got.Same {
		t.Errorf("another title: %+v, %v", got, err)
	}
}

func TestALongChangeIsCountedAndShownInPart(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "Item %d is about %s. ", i, strings.Repeat(string(rune('a'+i%26)), 3+i/26))
	}
	got, err := knowledge.Differ(t.Context(), schemas.Earlier{}, reading("", before), reading("", before+"\n\n"+b.String()))
	if err != nil || got.AddedCount != 100 || len(got.Added) != 40 || got.Unchanged != 4 {
		t.Errorf("%d of %d, %v", len(got.Added), got.AddedCount, err)
	}
}

// print is a fingerprint of which so many of 128 hashes are those of fingerprint 1.
func print(same int) []uint32 {
	p := make([]uint32, 128)
	for i := range p {
		if p[i] = uint32(i); i >= same {
			p[i] = uint32(1000 + i)
		}
	}
	return p
}

func subject() knowledge.Subject {
	return knowledge.Subject{
		URL: "https://www.example.org/gauge?utm_source=x",
		Source: &schemas.Source{
			FinalURL: "https://example.org/gauge", CanonicalURL: "https://example.org/2026/gauge", SiteName: "Harbour Post", Authors: []string{"By Ada Marsh and Ben Lee", "Reuters"}, Digest: "ab",
		},
		Analysis: &schemas.Analysis{Words: 500, Fingerprint: print(128), Entities: []schemas.Entity{{Name: "Clara Voss"}, {Name: "EU"}, {Name: "Northpoint"}}},
	}
}

func TestRelate(t *testing.T) {
	trust := 61
	reports := []schemas.KnownReport{
		{Workflow: "same", URL: "http://example.org/gauge/", Title: "The gauge", EndedAt: at, Trust: &trust, Fingerprint: print(100), Entities: []string{"Clara Voss"}},
		{Workflow: "canonical", URL: "https://short.example/x", SourceURL: "https://example.org/2026/gauge", Digest: "ab"},
		{Workflow: "copy", URL: "https://other.example/copy", Fingerprint: print(90), Entities: []string{"clara voss", "Clara Voss", "Bob"}},
		{Workflow: "copy2", URL: "https://other.example/copy2", Fingerprint: print(120)},
		{Workflow: "site", URL: "https://example.org/bread", Authors: []string{"Reuters", "Staff"}, Fingerprint: print(20)},
		{Workflow: "name", URL: "https://mirror.example/bread", SiteName: "harbour post"},
		{Workflow: "author", URL: "https://paper.example/bread", Authors: []string{"BEN LEE"}, Entities: []string{"NORTHPOINT", "EU"}},
		{Workflow: "none", URL: "https://paper.example/none"},
	}
	k := knowledge.Relate(subject(), schemas.ArchiveKnowledge{Reports: reports})
	ids := func(list []schemas.Earlier) string {
		var s []string
		for _, e := range list {
			s = append(s, fmt.Sprintf("%s %.2f", e.WorkflowID, e.Likeness))
		}
		return strings.Join(s, ", ")
	}
	var entities []string
	for _, e := range k.Entities {
		entities = append(entities, e.Name+": "+ids(e.Reports))
	}
	for what, c := range map[string][2]string{
		"same page":  {ids(k.SameURL), "same 0.78, canonical 1.00"},
		"duplicates": {ids(k.Duplicates), "copy2 0.94, copy 0.70"},
		"same site":  {ids(k.SameSource), "site 0.16, name 0.00"},
		"author":     {ids(k.SameAuthor), "author 0.00"},
		"entities":   {strings.Join(entities, "; "), "Clara Voss: copy 0.70; Northpoint: author 0.00"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %s, want %s", what, c[0], c[1])
		}
	}
	if k.Looked != len(reports) || k.SameURL[0].Trust == nil || *k.SameURL[0].Trust != 61 || k.SameURL[0].Title != "The gauge" || len(k.Limits) != 0 {
		t.Errorf("%+v", k)
	}
}

func TestAuthorsAreToldByTheirNames(t *testing.T) {
	for _, c := range []struct {
		ours, theirs string
		same         bool
	}{
		{"By Ada Marsh", "ADA MARSH", true},
		{"Von Ada Marsh und Ben Lee", "Ben Lee", true},
		{"Text: Ada Marsh", "par Ada Marsh, Clara Voss", true},
		{"A cura di Ada Marsh", "Ada  Marsh", true},
		{"Ada Marsh", "Ada Marshall", false},
		{"Reuters", "Reuters", false},
		{"Die Redaktion", "die Redaktion", false},
		{"news@example.org", "news@example.org", false},
		{"Post", "Post", false},
		{"", "", false},
	} {
		s := knowledge.Subject{URL: "https://a.example/", Source: &schemas.Source{Authors: []string{c.ours}, SiteName: "Post"}}
		k := knowledge.Relate(s, schemas.ArchiveKnowledge{Reports: []schemas.KnownReport{{URL: "https://b.example/", Authors: []string{c.theirs}}}})
		if (len(k.SameAuthor) == 1) != c.same {
			t.Errorf("%q and %q: %v", c.ours, c.theirs, !c.same)
		}
	}
}

func TestWhatCouldNotBeComparedIsSaid(t *testing.T) {
	s := subject()
	s.Analysis = nil
	k := knowledge.Relate(s, schemas.ArchiveKnowledge{Reports: []schemas.KnownReport{{Workflow: "a", URL: "https://example.org/other", Digest: "cd"}}, Truncated: true})
	if len(k.Limits) != 2 || k.Limits[0].Code != knowledge.LimitTruncated || k.Limits[1].Code != knowledge.LimitFingerprint || len(k.SameSource) != 1 {
		t.Errorf("%+v", k)
	}
	if k := knowledge.Relate(knowledge.Subject{}, schemas.ArchiveKnowledge{}); k.Looked != 0 || k.Limits != nil {
		t.Errorf("of nothing: %+v", k)
	}
}

func TestBytesThatMeanToTakeLong(t *testing.T) {
	lines := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i) + ".\n\n")
		}
		return b.String()
	}
	for name, c := range map[string][2]string{
		"50,000 other paragraphs": {lines(50_000, func(i int) string { return fmt.Sprintf("Was %d is %d", i, i*7) }), lines(50_000, func(i int) string { return fmt.Sprintf("Now %d is %d", i, i*11) })},
		"the same words":          {lines(20_000, func(i int) string { return fmt.Sprintf("all the same words but %d", i) }), lines(20_000, func(i int) string { return fmt.Sprintf("all the same words but %d", -i) })},
		"sentences of 200 KB":     {lines(5, func(i int) string { return fmt.Sprint(i) + strings.Repeat(" word", 40_000) }), lines(5, func(i int) string { return fmt.Sprint(-i) + strings.Repeat(" words", 40_000) })},
		"digits":                  {strings.Repeat("1,", 100_000), strings.Repeat("2,", 100_000)},
		"broken UTF-8":            {strings.Repeat("\xff 1\xfe. ", 50_000), strings.Repeat("\xfe 2\xff. ", 50_000)},
	} {
		was, now := reading("", c[0]), reading("", c[1])
		started := time.Now()
		if _, err := knowledge.Differ(t.Context(), schemas.Earlier{}, was, now); err != nil {
			t.Error(err)
		}
		if took := time.Since(started); took > testtime.Limit(5*time.Second) {
			t.Errorf("%s: %s", name, took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := knowledge.Differ(ctx, schemas.Earlier{}, was, now); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}

func FuzzDiffer(f *testing.F) {
	f.Add(before, strings.ReplaceAll(before, "21", "23"))
	f.Add("1", "€2% 3.")
	f.Fuzz(func(t *testing.T, was, now string) {
		c, err := knowledge.Differ(t.Context(), schemas.Earlier{}, reading("", was), reading("", now))
		if err != nil || c.Same != (c.AddedCount+c.RemovedCount+c.EditedCount == 0) {
			t.Errorf("%+v, %v", c, err)
		}
		if was == now && !c.Same {
			t.Errorf("a text differs from itself: %+v", c)
		}
	})
}

// document is a text of about a size, in which every twentieth sentence is another than in version 0.
func document(size, version int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		v := 0
		if i%20 == 0 {
			v = version
		}
		fmt.Fprintf(&b, "In sentence %d the level of harbour %d was %d centimetres above what it had been before the wall was built.", i, i%97, i*3+v)
		if i%5 == 4 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func BenchmarkDiffer1MB(b *testing.B)  { benchmark(b, 1<<20) }
func BenchmarkDiffer10MB(b *testing.B) { benchmark(b, 10<<20) }

func benchmark(b *testing.B, size int) {
	was, now := reading("", document(size, 0)), reading("", document(size, 1))
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := knowledge.Differ(b.Context(), schemas.Earlier{}, was, now); err != nil {
			b.Fatal(err)
		}
	}
}
