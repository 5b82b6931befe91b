package profile

import (
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// TestASpeakerIsThePersonWhoBearsTheName: who is quoted by a full name and speaks under a part of it is one voice, unless two bear it.
func TestASpeakerIsThePersonWhoBearsTheName(t *testing.T) {
	source := &schemas.Source{Language: "en", Authors: []string{"Ada Marsh"}, Text: "“People used to sleep with their boots beside the bed, and now they sleep well,” says the mayor, Jonas Reet."}
	transcript := &schemas.Transcript{
		Language: "en", Cues: []schemas.Cue{{Speaker: "Jonas", Text: "The wall is a good wall, and I have never said that it stops every flood."}},
		Text: "The wall is a good wall, and I have never said that it stops every flood.", Anchors: []int64{0},
	}
	analysis := &schemas.Analysis{
		Entities:   []schemas.Entity{{Name: "Jonas Reet", Kind: schemas.EntityPerson}},
		Quotations: []schemas.Quotation{{Speaker: "Jonas Reet", Text: "People used to sleep with their boots beside the bed, and now they sleep well"}},
	}
	in := Input{Document: text.Read(source, transcript), Source: source, Transcript: transcript, Analysis: analysis}
	p := made(t, in)
	if len(p.Voices) != 1 {
		t.Fatalf("voices: %+v", p.Voices)
	}
	if v := p.Voices[0]; v.Name != "Jonas Reet" || v.MarkedAs != "Jonas" || v.Role != RoleSpeaker || v.Sentences != 2 || v.Quoted != 1 {
		t.Errorf("%+v", v)
	}
	analysis.Entities = append(analysis.Entities, schemas.Entity{Name: "Jonas Pell", Kind: schemas.EntityPerson})
	p = made(t, in)
	if len(p.Voices) != 2 || p.Voices[0].MarkedAs+p.Voices[1].MarkedAs != "" {
		t.Errorf("there are two of the name: %+v", p.Voices)
	}
}
