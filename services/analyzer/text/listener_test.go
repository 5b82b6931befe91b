package text

import (
	"testing"

	"autointel.example/schemas"
)

// Who says the last quotation of each text; empty: somebody whom the text does not name for certain.
func TestPronounsThatSpeak(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "The wall was the plan of Tom Hale. In March he said that it was “the best we could do”.", "Tom Hale"},
		{"en", "“The sea will rise,” said Ada Marsh in the harbour. It was late. “Nobody here believes it,” she said.", "Ada Marsh"},
		{"en", "“The sea will rise,” said Ada Marsh in the harbour. Tom Hale was there with her. “Nobody here believes it,” he said.", "Tom Hale"},
		{"en", "In the harbour Ada Marsh met Tom Hale. “Nobody here believes it,” he said.", ""},
		{"en", "“The sea will rise,” said the Harbour Union. “Nobody here believes it,” she said.", ""},
		{"en", "“The sea will rise,” said Ada Marsh in the harbour. One went home. One stayed. It rained. “Nobody here believes it,” she said.", ""},
		{"en", "In the hall Ada Marsh said it was “bad” to have no wall “even in the face of the sea”.", "Ada Marsh"},
		{"de", "Der Plan kam von Thomas Hale. „Das war das Beste für alle“, sagte er im März.", "Thomas Hale"},
		{"de", "Der Plan kam von Clara Voss. „Das war das Beste für alle“, sagten sie im März.", ""},
		{"fr", "Le plan venait de Claire Vasseur. « Nous ne pouvions pas faire mieux », a-t-elle dit.", "Claire Vasseur"},
		{"es", "El plan era de Clara Vázquez. «No pudimos hacer más por todos», dijo ella.", "Clara Vázquez"},
		{"it", "Il piano era di Chiara Volpi. «Non potevamo fare di più», ha detto lei.", "Chiara Volpi"},
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: c.text, Language: c.language}, nil))
		if err != nil || len(a.Quotations) == 0 {
			t.Fatalf("%s: %v %+v", c.text, err, a.Quotations)
		}
		if got := a.Quotations[len(a.Quotations)-1].Speaker; got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}
