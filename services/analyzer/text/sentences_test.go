package text

import (
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"en", "", nil},
		{"en", "One word", []string{"One word"}},
		{"en", "Dr. Hale came. She left.", []string{"Dr. Hale came.", "She left."}},
		{"en", "It rose 3.5 m. Was it so?", []string{"It rose 3.5 m.", "Was it so?"}},
		{"en", "J. R. Moor wrote it. Then!", []string{"J. R. Moor wrote it.", "Then!"}},
		{"en", "A heading\n\nA text.", []string{"A heading", "A text."}},
		{"en", "Boats, nets, etc. were kept. Others not.", []string{"Boats, nets, etc. were kept.", "Others not."}},
		{"en", "The U.S. Senate sat until 5 p.m. The vote failed.", []string{"The U.S. Senate sat until 5 p.m.", "The vote failed."}},
		{"en", "Acme Inc. Chairman Bob Hale left. He said no. She said yes.", []string{"Acme Inc. Chairman Bob Hale left.", "He said no.", "She said yes."}},
		{"en", "See fig. 3 and no. 5 on p. 7. It is there.", []string{"See fig. 3 and no. 5 on p. 7.", "It is there."}},
		{"en", "The flood was over. 5 people were missing in 2019. 12 came back.", []string{"The flood was over.", "5 people were missing in 2019.", "12 came back."}},
		{"en", "It stands in No. 5 of the series, in vol. 2 and sect. 7 on Sept. 9 as well.", []string{"It stands in No. 5 of the series, in vol. 2 and sect. 7 on Sept. 9 as well."}},
		{"de", "Das Hochwasser ging zurück. 5 Menschen fehlen noch. 3 wurden gefunden.", []string{"Das Hochwasser ging zurück.", "5 Menschen fehlen noch.", "3 wurden gefunden."}},
		{"en", "“Who is it?” asked the keeper. “Me!” she said.", []string{"“Who is it?” asked the keeper.", "“Me!” she said."}},
		{"en", "“It is late.” She went home.", []string{"“It is late.”", "She went home."}},
		{"en", "He waited… Then he left. She waited… and stayed.", []string{"He waited…", "Then he left.", "She waited… and stayed."}},
		{"en", "We need:\n- new boats\n- a harbour\n1. First we build. Then we sail.", []string{"We need:", "- new boats", "- a harbour", "1. First we build.", "Then we sail."}},
		{"de", "Am 3. März kam Dr. Voss. Er blieb bis zum 5. Die Stadt schwieg.", []string{"Am 3. März kam Dr. Voss.", "Er blieb bis zum 5.", "Die Stadt schwieg."}},
		{"de", "Es kostet ca. 1,2 Mio. Euro, d. h. zu viel, z. B. für Boote usw. Das weiß jeder.", []string{"Es kostet ca. 1,2 Mio. Euro, d. h. zu viel, z. B. für Boote usw.", "Das weiß jeder."}},
		{"de", "„Wer ist da?“, fragte sie. „Ich.“ Er lachte.", []string{"„Wer ist da?“, fragte sie.", "„Ich.“", "Er lachte."}},
		{"fr", "M. Le Goff et Mme Roux sont là. « Qui est-ce ? » demande-t-il. Il part.", []string{"M. Le Goff et Mme Roux sont là.", "« Qui est-ce ? » demande-t-il.", "Il part."}},
		{"es", "El Sr. López vive en EE.UU. desde 2010. ¿Por qué? No lo dice.", []string{"El Sr. López vive en EE.UU. desde 2010.", "¿Por qué?", "No lo dice."}},
		{"it", "Il dott. Rossi arrivò alle ore 9. Poi parlò l'on. Bianchi, ecc. Tutti tacquero.", []string{"Il dott. Rossi arrivò alle ore 9.", "Poi parlò l'on. Bianchi, ecc.", "Tutti tacquero."}},
		{"ar", "هذا نص. وهذا آخر.", []string{"هذا نص.", "وهذا آخر."}},
	} {
		if got := Sentences(c.text, c.language); !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// TestHugeSentencesAreCut: a quote stays readable, and nothing of the text is lost.
func TestHugeSentencesAreCut(t *testing.T) {
	for name, s := range map[string]string{
		"words": strings.TrimSpace(strings.Repeat("word ", 40_000)), "no spaces": strings.Repeat("ä", 100_000), "broken": strings.Repeat("\xff\xc3", 100_000),
		"stops": strings.TrimSpace(strings.Repeat("A. ", 60_000)), "figures": strings.TrimSpace(strings.Repeat("1. 1 ", 40_000)), "questions": strings.Repeat("?", 200_000),
	} {
		started := time.Now()
		sentences := Sentences(s, "en")
		if took := time.Since(started); took > testtime.Limit(2*time.Second) {
			t.Errorf("%s: %s", name, took)
		}
		for _, sentence := range sentences {
			if len(sentence) > maxSentence {
				t.Fatalf("%s: a sentence of %d bytes", name, len(sentence))
			}
		}
		if got := strings.ReplaceAll(strings.Join(sentences, ""), " ", ""); got != strings.ReplaceAll(s, " ", "") {
			t.Errorf("%s: %d bytes of %d are left", name, len(got), len(s))
		}
	}
}
