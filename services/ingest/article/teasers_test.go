package article_test

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatLeadsToOtherArticlesIsNoText(t *testing.T) {
	p := "<p>" + strings.Repeat(sentence, 2) + "</p>"
	four := p + p + p + p
	list := `<ul><li><a href="/1">Why everybody talks about the tide</a></li><li><a href="/2">Ten things to know of gauges</a></li></ul>`
	for _, c := range []struct{ name, body, stray string }{
		{"a link between paragraphs", p + p + `<p><a href="/why">Why everybody talks about the tide now</a></p>` + p + p, ""},
		{"por qué todos hablan", p + p + `<div><a href="https://www.example.org/x">Por qué todos hablan de la marea de Holm</a></div>` + p + p, ""},
		{"read also", p + p + `<p>Read also: <a href="https://elsewhere.example/x">A wall against the sea</a></p>` + p + p, ""},
		{"lesen Sie auch", p + p + `<p><b>Lesen Sie auch:</b> <a href="/x">Eine Mauer gegen das Meer</a></p>` + p + p, ""},
		{"lire aussi, in brackets", p + p + `<p>[<a href="/x">Lire aussi : un mur contre la mer</a>]</p>` + p + p, ""},
		{"lee también, over a list", p + p + "<p>Lee también</p>" + list + p + p, ""},
		{"leggi anche, as a heading", p + p + "<h3>Leggi anche</h3>" + list + "<h3>Then</h3>" + p + p, ""},
		{"links at the end", four + `<p><a href="/1">Why everybody talks about the tide</a></p><p><a href="/2">Ten things to know of gauges</a></p>`, ""},
		{"a list at the end", four + list, ""},
		{"links with a price", four + `<p>More offers:</p><p><a href="/1">A gauge of brass, € 49.90</a></p><p><a href="/2">Rubber boots, € 19.90</a></p>`, ""},
		{"the page's contents", `<p><a href="#a">The first winter</a></p><p><a href="#b">The second winter</a></p>` + p + `<h2 id="a">The first winter</h2>` + p + `<h2 id="b">The second winter</h2>` + p, ""},
		{"a line of asterisks", p + p + "<p>* * *</p>" + p + p, ""},
		{"who wrote it", four + "<p>Ann Writer is a reporter in Holm, where she writes about the sea.</p>", ""},
		{"what she did is told", p + p + "<p>Ann Writer went down to the harbour.</p>" + p + p, "Ann Writer went down to the harbour."},
		{"a link that is a sentence", p + p + `<p><a href="/x">The sea had never been so high before.</a></p>` + p + p, "The sea had never been so high before."},
		{"a sentence that begins like a label", p + p + `<p>More than forty people came.</p><p><a href="/x">They came from the whole island that day.</a></p>` + p + p, "More than forty people came.+They came from the whole island that day."},
		{"a linked one", p + p + `<p><a href="/x">More people came than ever before.</a></p>` + p + p, "More people came than ever before."},
		{"a source elsewhere", p + p + `<p><a href="https://elsewhere.example/report.pdf">The report on the tides of Holm</a></p>` + p + p, "The report on the tides of Holm"},
		{"sources under a heading", four + `<h2>Sources</h2><p><a href="/1">Tides of Holm in three winters</a></p>`, "Tides of Holm in three winters"},
		{"a list that a sentence introduces", p + p + "<p>He named this source:</p>" + `<p><a href="/1">Tides of Holm in three winters</a></p>` + p + p, "He named this source:+Tides of Holm in three winters"},
		{"a row of a table", p + p + `<table><tr><th>Port</th><th>Side of the sea</th></tr><tr><td><a href="/holm">Holm</a></td><td><a href="/west">the western side</a></td></tr></table>` + p + p, "Port | Side of the sea+Holm | the western side"},
		{"a page of links", "<p>Some pages of this site that people ask for most often, each with a few words on what is in it and for whom it was written by the keepers:</p>" + list + strings.Repeat("<p>"+sentence+sentence+"</p>", 1), "Some pages of this site that people ask for most often, each with a few words on what is in it and for whom it was written by the keepers:+Why everybody talks about the tide+Ten things to know of gauges"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := read(t, `<meta name="author" content="Ann Writer">`, "<article><h1>Tides</h1>"+c.body+"</article>")
			stray := slices.DeleteFunc(strings.Split(s.Text, "\n\n"), func(p string) bool { return strings.HasPrefix(p, strings.TrimSpace(sentence)) })
			if got := strings.Join(stray, "+"); got != c.stray {
				t.Errorf("%q, want %q", got, c.stray)
			}
			for _, h := range s.Outline {
				if strings.EqualFold(h.Text, "leggi anche") {
					t.Errorf("outline %+v", s.Outline)
				}
			}
		})
	}
}
