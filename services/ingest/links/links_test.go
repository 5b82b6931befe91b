package links_test

import (
	"reflect"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/ingest/links"
)

func TestWhichLinksAreRead(t *testing.T) {
	source := schemas.Source{
		URL: "https://example.org/river?utm_source=x", FinalURL: "https://www.example.org/river", CanonicalURL: "https://example.org/2026/river",
		Text: "The keeper liked the view from the bridge. The water rose by 4.2 metres, as the office counted. Nobody minded.\n\n" +
			"According to the archive, the book is lost! See the notes of a visitor? Share this.",
		Links: []schemas.Link{
			{URL: "https://views.example/bridge", Text: "the view"},
			{URL: "https://example.org/2025/flood", Text: "4.2 metres"},
			{URL: "https://office.example/level.pdf", Text: "the office counted"},
			{URL: "https://archive.example/book", Text: "the archive", Paragraph: 1},
			{URL: "https://archive.example/book/?utm_medium=y", Text: "the book", Paragraph: 1},
			{URL: "https://visitor.example/notes", Text: "the notes of a visitor", Paragraph: 1},
			{URL: "https://example.org/2026/river#top", Text: "above"},
			{URL: "https://www.facebook.com/sharer/sharer.php?u=x", Text: "F"},
			{URL: "https://example.org/login?next=/river", Text: "the keeper"},
			{URL: "https://elsewhere.example/a", Text: "Read more", Paragraph: 1},
			{URL: "https://elsewhere.example/b", Text: "Share this", Paragraph: 1},
			{URL: "https://office.example/", Text: "the office"},
			{URL: "https://office.example/map.png", Text: "a map"},
			{URL: "https://shop.example/boots", Text: "boots", Sponsored: true},
		},
		Feed: &schemas.FeedNote{Others: []schemas.Link{{URL: "https://example.org/2024/drought", Text: "Drought"}, {URL: "https://example.org/2025/flood", Text: "Flood"}}},
	}
	chosen, skipped := links.Choose(&source)
	want := []links.Chosen{
		{"https://office.example/level.pdf", "the office counted", links.Cited},
		{"https://archive.example/book", "the archive", links.Cited},
		{"https://example.org/2025/flood", "4.2 metres", links.Cited},
		{"https://views.example/bridge", "the view", links.Linked},
		{"https://visitor.example/notes", "the notes of a visitor", links.Linked},
		{"https://example.org/2024/drought", "Drought", links.SameFeed},
	}
	if !reflect.DeepEqual(chosen, want) {
		t.Errorf("chosen %+v", chosen)
	}
	reasons := map[string]string{}
	for _, s := range skipped {
		reasons[s.URL] = s.Reason
		if s.Message == "" {
			t.Errorf("%s is left out without a word", s.URL)
		}
	}
	if want := map[string]string{
		"https://example.org/2026/river#top": links.SamePage, "https://www.facebook.com/sharer/sharer.php?u=x": links.Chore, "https://example.org/login?next=/river": links.Chore, "https://elsewhere.example/a": links.Chore,
		"https://elsewhere.example/b": links.Chore, "https://office.example/": links.FrontPage, "https://office.example/map.png": links.NoReading, "https://shop.example/boots": links.Sponsored,
	}; !reflect.DeepEqual(reasons, want) {
		t.Errorf("skipped %v", reasons)
	}
}

func TestClaimsInSeveralLanguages(t *testing.T) {
	for sentence, want := range map[string]string{
		"Laut der Behörde steigt der Fluss.":   links.Cited,
		"Selon la Behörde, le fleuve monte.":   links.Cited,
		"Según la Behörde, el río crece.":      links.Cited,
		"Secondo la Behörde, il fiume cresce.": links.Cited,
		"Der Fluss steigt, Behörde hin, her.":  links.Linked,
		"Um drei Meter, 3, stieg er (Behörde)": links.Cited,
	} {
		chosen, _ := links.Choose(&schemas.Source{FinalURL: "https://example.org/x", Text: sentence, Links: []schemas.Link{{URL: "https://b.example/x", Text: "Behörde"}}})
		if len(chosen) != 1 || chosen[0].Relation != want {
			t.Errorf("%s: %+v", sentence, chosen)
		}
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("A text with 5 links. And more.", "links", "https://a.example/b?c", 0)
	f.Fuzz(func(t *testing.T, text, label, address string, paragraph int) {
		s := schemas.Source{FinalURL: "https://example.org/", Text: text, Links: []schemas.Link{{URL: address, Text: label, Paragraph: paragraph}, {URL: address}}}
		chosen, skipped := links.Choose(&s)
		if len(chosen)+len(skipped) != 1 {
			t.Errorf("%d chosen and %d skipped of one", len(chosen), len(skipped))
		}
	})
}
