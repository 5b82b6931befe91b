package article_test

import (
	"reflect"
	"strings"
	"testing"

	"autointel.example/schemas"
)

func TestWhatIsOnAPageAndIsNoneOfItsText(t *testing.T) {
	long := strings.Repeat(sentence, 3)
	for name, c := range map[string]struct{ html, want string }{
		"how a word is pronounced":         {`岸壁<ruby>岸壁<rp>（</rp><rt>がんぺき</rt><rp>）</rp></ruby>は`, "岸壁岸壁は"},
		"what was struck out":              {`It cost <del>3.1</del><s>2.9</s> <ins>2.4</ins> million.`, "It cost 2.4 million."},
		"soft hyphens and spaces unseen":   {"Die Ufer&shy;mauer am Ni\u200bvel\u2060le\ufeffment.", "Die Ufermauer am Nivellement."},
		"marks of direction":               {"The name \u202aHolt\u202c stands\u200e here.", "The name Holt stands here."},
		"joiners are letters' own":         {"می\u200cخواهم", "می\u200cخواهم"},
		"an advertisement of AMP":          {`One.<amp-ad><span placeholder>Advertisement</span></amp-ad> Two.`, "One. Two."},
		"what is read to who cannot see":   {`A <a href="/x">map<span class="icon visually-hidden"> (opens in a new window)</span></a> of it.`, "A map of it."},
		"a number above the line":          {`An area of 12 km<sup>2</sup> was under water.`, "An area of 12 km2 was under water."},
		"a reference to a footnote":        {`It rose.<sup><a href="#fn1">[1]</a></sup> It fell.<sup class="r"><a href="/a/b#fn2">b</a></sup>`, "It rose. It fell."},
		"a link above the line is no note": {`It rose<sup><a href="/tides">high tide</a></sup>.`, "It rosehigh tide."},
	} {
		s := read(t, "<title>Tides</title>", "<article><p>"+long+"</p><p>"+c.html+"</p><p>"+long+"</p></article>")
		if got := strings.Split(s.Text, "\n\n"); len(got) != 3 || got[1] != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestHeadingsOfAnEncyclopediaAndWhatItsFootnotesCite(t *testing.T) {
	long := strings.Repeat(sentence, 3)
	s := read(t, "<title>Tides</title>", `<div id="mw-content-text"><p>`+long+`The water rose by 4.2 metres.<sup id="cite_ref-1"><a href="#cite_note-N%C3%A91">[1]</a></sup> Nobody minded.</p>
		<div class="mw-heading"><h2>History</h2><span class="mw-editsection">[<a href="/edit">edit</a>]</span></div><p>`+long+`It fell.<sup><a href="#cite_note-2">[2]</a></sup></p>
		<h2>References</h2><ol><li id="cite_note-Né1"><a href="#cite_ref-1">^</a> <a href="https://office.example/level">Levels</a>, 1899.</li><li id="cite_note-2"><a href="#cite_ref-2">^</a> A book without an address.</li></ol></div>`)
	if want := []schemas.Heading{{Level: 2, Text: "History", Paragraph: 1}, {Level: 2, Text: "References", Paragraph: 2}}; !reflect.DeepEqual(s.Outline, want) {
		t.Errorf("%+v", s.Outline)
	}
	if len(s.Links) == 0 || !reflect.DeepEqual(s.Links[0], schemas.Link{URL: "https://office.example/level", Text: "water rose by 4.2 metres"}) {
		t.Errorf("%+v", s.Links)
	}
	if strings.Contains(s.Text, "[1]") || strings.Contains(s.Text, "edit") {
		t.Errorf("%q", s.Text)
	}
}
