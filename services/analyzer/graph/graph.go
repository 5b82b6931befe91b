// Package graph relates the entities of a text: who is mentioned with whom, who speaks of whom, and what the text says one does to the other. Every relation
// stands on sentences. Draw makes a picture of it.
package graph

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

// Relations that are no verb of the text.
const (
	MentionedWith = "mentioned_with"
	Says          = "says"
)

// KindDocument is the kind of a node that is a document of the context.
const KindDocument = "document"

// Bounds of a graph.
const (
	maxNodes     = 40
	maxEdges     = 80
	maxQuotes    = 3
	maxDocuments = 8
	perSentence  = 6 // entities that are related to each other: a sentence with more is a list
	between      = 6 // words between two entities that a verb may stand among
)

// Input is what is known of a source.
type Input struct {
	Document text.Document
	Analysis schemas.Analysis
	Research *schemas.Research
	Related  *schemas.Related
}

// Make relates the entities. Its only error is the context's.
func Make(ctx context.Context, in Input) (schemas.Graph, error) {
	m := &maker{in: in, edges: map[string]*schemas.GraphEdge{}}
	m.nodes()
	lexicon, ok := cues.For(in.Document.Language.Code)
	if !ok {
		lexicon, _ = cues.Parse("", "")
	}
	for s := range lexicon.Read(ctx, in.Document) {
		if !s.TooLong {
			m.sentence(&s)
		}
	}
	m.quotations()
	m.documents()
	g := schemas.Graph{Nodes: m.all, Edges: m.strongest()}
	if g.Nodes == nil {
		g.Nodes = []schemas.GraphNode{}
	}
	g.SVG = Draw(g)
	return g, ctx.Err()
}

// maker is a graph in the making.
type maker struct {
	in     Input
	all    []schemas.GraphNode
	names  map[string][]name // by their first word in lower case, the longest first
	byName map[string]string // of a name in lower case, the node's id
	edges  map[string]*schemas.GraphEdge
	order  []string // keys of edges, as they were found
}

// name is a form of an entity's name, in words.
type name struct {
	words []string
	id    string
}

// nodes takes the entities that are mentioned most.
func (m *maker) nodes() {
	entities := slices.Clone(m.in.Analysis.Entities)
	slices.SortStableFunc(entities, func(a, b schemas.Entity) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	documents := 0
	if m.in.Research != nil {
		documents = min(maxDocuments, len(m.in.Research.Documents))
	}
	m.names, m.byName = map[string][]name{}, map[string]string{}
	for i, e := range entities[:min(len(entities), maxNodes-documents)] {
		id := fmt.Sprintf("n%d", i+1)
		m.all = append(m.all, schemas.GraphNode{ID: id, Name: e.Name, Kind: e.Kind, Weight: e.Count})
		for _, form := range append([]string{e.Name}, e.Aliases...) {
			words := text.Words(form)
			if len(words) == 0 || m.byName[strings.ToLower(form)] != "" {
				continue
			}
			m.byName[strings.ToLower(form)] = id
			first := strings.ToLower(words[0])
			m.names[first] = append(m.names[first], name{words, id})
		}
	}
	for _, forms := range m.names {
		slices.SortStableFunc(forms, func(a, b name) int { return len(b.words) - len(a.words) })
	}
}

// mention is an entity in a sentence: its tokens from to to-1.
type mention struct {
	id       string
	from, to int
}

// mentions finds the entities in a sentence, each at its first place.
func (m *maker) mentions(s *cues.Sentence) []mention {
	var found []mention
	for i := 0; i < len(s.Tokens); i++ {
		if !s.Tokens[i].Upper {
			continue
		}
		for _, form := range m.names[s.Tokens[i].Norm] {
			if !stands(s, i, form.words) {
				continue
			}
			if !slices.ContainsFunc(found, func(f mention) bool { return f.id == form.id }) {
				found = append(found, mention{form.id, i, i + len(form.words)})
			}
			i += len(form.words) - 1
			break
		}
		if len(found) == perSentence {
			break
		}
	}
	return found
}

func stands(s *cues.Sentence, at int, words []string) bool {
	if at+len(words) > len(s.Tokens) {
		return false
	}
	for j, w := range words {
		if t := s.Tokens[at+j]; strings.ReplaceAll(s.Text[t.From:t.To], "’", "'") != strings.ReplaceAll(w, "’", "'") {
			return false
		}
	}
	return true
}

// sentence relates the entities of a sentence.
func (m *maker) sentence(s *cues.Sentence) {
	found := m.mentions(s)
	for i, a := range found {
		for j := i + 1; j < len(found); j++ {
			b := found[j]
			relation := MentionedWith
			if j == i+1 && b.from-a.to <= between {
				relation = verb(s, a, b)
			}
			if relation == Says && m.place(b.id) {
				relation = MentionedWith // told in Vienna, not of Vienna
			}
			from, to := a.id, b.id
			if relation == MentionedWith && m.after(from, to) {
				from, to = to, from
			}
			m.relate(from, to, relation, m.in.Document.Quote(s.Index))
		}
	}
}

func (m *maker) place(id string) bool {
	i := slices.IndexFunc(m.all, func(n schemas.GraphNode) bool { return n.ID == id })
	return i >= 0 && m.all[i].Kind == schemas.EntityPlace
}

// after reports whether a node stands after another: what has no direction is written from the earlier to the later.
func (m *maker) after(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

// verb returns the verb of relation between two entities, Says if it is one of reporting, and MentionedWith if there is none or it is negated.
func verb(s *cues.Sentence, a, b mention) string {
	relation := MentionedWith
	for _, c := range s.Matches {
		if c.From < a.to || c.To > b.from || c.Quoted || s.Quoted[a.from] != s.Quoted[b.from] {
			continue
		}
		switch {
		case c.Section == "negation":
			return MentionedWith
		case c.Section == "relation":
			relation = strings.ToLower(s.Words(c))
		case c.Section == cues.Reporting && relation == MentionedWith:
			relation = Says
		}
	}
	return relation
}

// quotations relate a speaker to the entities spoken of.
func (m *maker) quotations() {
	lexicon, _ := cues.Parse("", "")
	for _, q := range m.in.Analysis.Quotations {
		speaker := m.byName[strings.ToLower(q.Speaker)]
		if speaker == "" || q.Where.Document != 0 {
			continue
		}
		s := lexicon.One(q.Text)
		for _, f := range m.mentions(&s) {
			if f.id != speaker {
				m.relate(speaker, f.id, Says, q.Where)
			}
		}
	}
}

// documents adds the documents of the context that speak of the same entities, where a sentence of theirs shows it.
func (m *maker) documents() {
	if m.in.Research == nil {
		return
	}
	for _, gist := range m.in.Research.Documents[:min(maxDocuments, len(m.in.Research.Documents))] {
		id, added := fmt.Sprintf("d%d", gist.Document), false
		for _, shared := range gist.Shared {
			entity := m.byName[strings.ToLower(shared)]
			i := slices.IndexFunc(gist.Summary, func(q schemas.Quote) bool { return strings.Contains(strings.ToLower(q.Text), strings.ToLower(shared)) })
			if entity == "" || i < 0 {
				continue
			}
			if !added {
				m.all = append(m.all, schemas.GraphNode{ID: id, Name: m.title(gist.Document), Kind: KindDocument, Weight: len(gist.Shared)})
				added = true
			}
			m.relate(entity, id, MentionedWith, gist.Summary[i])
		}
	}
}

// title names a document of the context.
func (m *maker) title(n int) string {
	if m.in.Related != nil && n >= 1 && n <= len(m.in.Related.Documents) {
		if s := m.in.Related.Documents[n-1].Source; s.Title != "" {
			return s.Title
		}
	}
	return fmt.Sprintf("Document %d", n)
}

func (m *maker) relate(from, to, relation string, q schemas.Quote) {
	key := from + " " + to + " " + relation
	e := m.edges[key]
	if e == nil {
		e = &schemas.GraphEdge{From: from, To: to, Relation: relation}
		m.edges[key] = e
		m.order = append(m.order, key)
	}
	if n := len(e.Quotes); n > 0 && e.Quotes[n-1].Sentence == q.Sentence && e.Quotes[n-1].Document == q.Document {
		return
	}
	e.Weight++
	if len(e.Quotes) < maxQuotes {
		e.Quotes = append(e.Quotes, q)
	}
}

// strongest returns the edges that most sentences speak for; of equal ones those with a verb first.
func (m *maker) strongest() []schemas.GraphEdge {
	edges := make([]schemas.GraphEdge, 0, len(m.order))
	for _, key := range m.order {
		edges = append(edges, *m.edges[key])
	}
	plain := func(e schemas.GraphEdge) int {
		if e.Relation == MentionedWith {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(edges, func(a, b schemas.GraphEdge) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(plain(a), plain(b)))
	})
	return edges[:min(len(edges), maxEdges)]
}
