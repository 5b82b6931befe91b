package graph

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

func entity(name, kind string, count int, aliases ...string) schemas.Entity {
	return schemas.Entity{Name: name, Kind: kind, Count: count, Aliases: aliases}
}

func document(language string, sentences ...string) text.Document {
	return text.Read(&schemas.Source{Text: strings.Join(sentences, "\n\n"), Language: language}, nil)
}

// shown writes the edges out: who, relation, whom, how often.
func shown(g schemas.Graph) string {
	names := map[string]string{}
	for _, n := range g.Nodes {
		names[n.ID] = n.Name
	}
	var all []string
	for _, e := range g.Edges {
		all = append(all, fmt.Sprintf("%s -%s-> %s (%d)", names[e.From], e.Relation, names[e.To], e.Weight))
	}
	return strings.Join(all, "; ")
}

func TestRelations(t *testing.T) {
	people := []schemas.Entity{
		entity("Clara Voss", schemas.EntityPerson, 5, "Voss"), entity("Ian Rowe", schemas.EntityPerson, 4, "Rowe"), entity("Northline", schemas.EntityOrganization, 3),
		entity("Port Hale", schemas.EntityPlace, 2), entity("Hale", schemas.EntityPerson, 1),
	}
	for _, c := range []struct{ language, sentence, want string }{
		{"en", "Clara Voss founded Northline.", "Clara Voss -founded-> Northline (1)"},
		{"en", "Voss never worked for Northline.", "Clara Voss -mentioned_with-> Northline (1)"},
		{"en", "Rowe told Voss the truth.", "Ian Rowe -says-> Clara Voss (1)"},
		{"en", "In Port Hale nobody has heard of Northline.", "Northline -mentioned_with-> Port Hale (1)"},
		{"en", "Clara Voss was there.", ""},
		{"en", "The clara voss of northline.", ""},
		{"en", "Northline \"bought\" Port Hale.", "Northline -mentioned_with-> Port Hale (1)"},
		{"de", "Clara Voss leitet Northline seit 2019.", "Clara Voss -leitet-> Northline (1)"},
		{"fr", "Clara Voss a fondé Northline.", "Clara Voss -a fondé-> Northline (1)"},
		{"es", "Clara Voss dirige Northline.", "Clara Voss -dirige-> Northline (1)"},
		{"it", "Clara Voss ha fondato Northline.", "Clara Voss -ha fondato-> Northline (1)"},
		{"ru", "Clara Voss и Northline.", "Clara Voss -mentioned_with-> Northline (1)"},
	} {
		g, err := Make(t.Context(), Input{Document: document(c.language, c.sentence), Analysis: schemas.Analysis{Entities: people}})
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(g); got != c.want {
			t.Errorf("%s: %s, want %s", c.sentence, got, c.want)
		}
		for _, e := range g.Edges {
			if len(e.Quotes) != 1 || e.Quotes[0].Text != c.sentence {
				t.Errorf("%s stands on %+v", c.sentence, e.Quotes)
			}
		}
	}
}

func TestSpeakersAndDocuments(t *testing.T) {
	d := document("en", "\"Northline has lied to us,\" said Voss.", "Clara Voss founded Northline.", "Voss founded Northline.", "Voss founded Northline.", "It is true that Voss founded Northline.")
	g, err := Make(t.Context(), Input{
		Document: d,
		Analysis: schemas.Analysis{
			Entities:   []schemas.Entity{entity("Clara Voss", schemas.EntityPerson, 4, "Voss"), entity("Northline", schemas.EntityOrganization, 4)},
			Quotations: []schemas.Quotation{{Text: "Northline has lied to us,", Speaker: "Clara Voss", Where: d.Quote(0)}},
		},
		Research: &schemas.Research{Documents: []schemas.DocumentGist{
			{Document: 1, Shared: []string{"Northline", "bridge"}, Summary: []schemas.Quote{{Document: 1, Sentence: 3, Text: "Northline runs the ferry."}}},
			{Document: 2, Shared: []string{"Northline"}, Summary: []schemas.Quote{{Document: 2, Text: "The ferry is late."}}},
		}},
		Related: &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Title: "The ferry"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "Clara Voss -founded-> Northline (4); Clara Voss -says-> Northline (1); Clara Voss -mentioned_with-> Northline (1); Northline -mentioned_with-> The ferry (1)"
	if got := shown(g); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if n := len(g.Edges[0].Quotes); n != maxQuotes {
		t.Errorf("%d quotes", n)
	}
}

// crowd is a text of n entities that are all related to each other in turn.
func crowd(n, sentences int) Input {
	var entities []schemas.Entity
	var b strings.Builder
	kinds := []string{schemas.EntityPerson, schemas.EntityOrganization, schemas.EntityPlace, schemas.EntityOther}
	for i := range n {
		entities = append(entities, entity(fmt.Sprintf("Name%d Family", i), kinds[i%4], n-i))
	}
	for i := range sentences {
		fmt.Fprintf(&b, "Name%d Family met Name%d Family and Name%d Family. ", i%n, (i*7+i/n)%n, i*3%n)
	}
	return Input{Document: document("en", b.String()), Analysis: schemas.Analysis{Entities: entities}}
}

func TestBounds(t *testing.T) {
	g, err := Make(t.Context(), crowd(60, 3000))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Nodes) != maxNodes || len(g.Edges) != maxEdges || len(g.SVG) > 100_000 || len(g.SVG) < 5000 {
		t.Errorf("%d nodes, %d edges, %d bytes", len(g.Nodes), len(g.Edges), len(g.SVG))
	}
	again, err := Make(t.Context(), crowd(60, 3000))
	if err != nil || again.SVG != g.SVG {
		t.Errorf("the same text is drawn differently (%v)", err)
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "image" || e.Name.Local == "b") {
			t.Errorf("the drawing has an element %s", e.Name.Local)
		}
	}
}

func TestLabelsAreEscaped(t *testing.T) {
	g := schemas.Graph{
		Nodes: []schemas.GraphNode{{ID: "n1", Name: "<script>alert(1)</script>", Kind: "\"><b>", Weight: 1}, {ID: "n2", Name: "A & B\x00\xff \uFFFF", Kind: schemas.EntityPlace, Weight: 900}},
		Edges: []schemas.GraphEdge{{From: "n1", To: "n2", Relation: "</text><b>", Weight: 1}, {From: "n1", To: "n9", Relation: Says, Weight: 1}, {From: "n1", To: "n1", Relation: Says}},
	}
	wellFormed(t, Draw(g))
	if Draw(schemas.Graph{}) != "" {
		t.Error("nothing is drawn as something")
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("Clara & Voss", "says", 3)
	f.Add("\x00<&\"", "</svg>", -1)
	f.Fuzz(func(t *testing.T, name, relation string, weight int) {
		wellFormed(t, Draw(schemas.Graph{
			Nodes: []schemas.GraphNode{{ID: "n1", Name: name, Weight: max(0, weight)}, {ID: "n2", Name: "B", Kind: name, Weight: 1}},
			Edges: []schemas.GraphEdge{{From: "n1", To: "n2", Relation: relation, Weight: max(0, weight)}},
		}))
	})
}

// TestTheDrawingIsTheOneThatWasLookedAt: a change of the drawing is to be looked at in a browser, light and dark, before its file is replaced.
func TestTheDrawingIsTheOneThatWasLookedAt(t *testing.T) {
	in := crowd(14, 40)
	for i, n := range []string{"Clara Voss", "Northline", "Port Hale", "Harbour Office", "Ian Rowe", "Bridge Trust", "Easton", "Tide Table", "Ruth Salgado", "Water Board", "Granada", "Basin Act", "Henry Kolb", "City Observer"} {
		in.Document = text.Read(&schemas.Source{Text: strings.ReplaceAll(in.Document.Text(), fmt.Sprintf("Name%d Family", i), n), Language: "en"}, nil)
		in.Analysis.Entities[i].Name = n
	}
	g, err := Make(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/drawing.svg"
	if os.Getenv("UPDATE_DRAWING") != "" {
		if err := os.WriteFile(file, []byte(g.SVG), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != g.SVG {
		t.Errorf("the drawing differs from %s; look at the new one, then run the test with UPDATE_DRAWING=1", file)
	}
}

func TestHostileTextsEndQuickly(t *testing.T) {
	names := []schemas.Entity{entity("A", "", 1), entity("Who", "", 1), entity("", "", 1), entity("\xff", "", 1)}
	for name, s := range map[string]string{
		"no spaces": strings.Repeat("A", 1<<20), "one sentence": strings.Repeat("A met Who ", 20_000), "many paragraphs": strings.Repeat("Who met A?\n\n", 50_000),
		"broken UTF-8": strings.Repeat("\xff\xfe“A\xc2 ", 20_000), "10 MB": strings.Repeat("Who met A in the harbour of the town on Monday. ", 220_000),
	} {
		started := time.Now()
		if _, err := Make(context.Background(), Input{Document: document("en", s), Analysis: schemas.Analysis{Entities: names}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(started); took > testtime.Limit(20*time.Second) {
			t.Errorf("%s: %s", name, took)
		}
	}
}

func BenchmarkMake1MB(b *testing.B) {
	in := crowd(60, 22_000)
	b.SetBytes(int64(len(in.Document.Text())))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Make(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}
