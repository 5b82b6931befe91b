package analyzer

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// TestEveryStageIsAGoodStageOverALongPage runs the stages after each other, each over what those before it made of a page of
// half a megabyte and of three pages beside it: it is cancelled in the midst of real work, and holds as much as it ever will.
func TestEveryStageIsAGoodStageOverALongPage(t *testing.T) {
	page := *article
	page.Text = town(512<<10, "Northpoint")
	related := &schemas.Related{}
	for i := range 3 {
		s := *article
		s.URL, s.SiteName, s.Text = fmt.Sprintf("https://other%d.example/", i), "", town(50<<10, fmt.Sprintf("Southpoint %c", 'A'+i))
		s.FinalURL, s.Title = s.URL, "Beside it"
		related.Documents = append(related.Documents, schemas.RelatedDocument{Source: s, Relation: "linked"})
	}
	outputs := stagetest.Outputs{workflow.Acquire: &page, workflow.Context: related}
	for _, s := range Stages(Tools{}) {
		t.Run(s.Name, func(t *testing.T) {
			in := stagetest.Input(t, workflow.Experimental, outputs)
			stagetest.Run(t, s, map[string]stage.Input{"half a megabyte": in})
			out, err := s.Run(t.Context(), in)
			if stage.Settles(err) { // left out, as integrate is without an archive
				return
			}
			raw, marshalled := json.Marshal(out)
			if err != nil || marshalled != nil {
				t.Fatal(err, marshalled)
			}
			outputs[s.Name] = json.RawMessage(raw)
		})
	}
	for _, name := range []string{workflow.Analyze, workflow.Verify, workflow.Assess, workflow.Research, workflow.Profile, workflow.Quality, workflow.Graph} {
		if outputs[name] == nil {
			t.Errorf("%s had no output for those after it", name)
		}
	}
}

// town is a text of so many bytes, of which no two sentences are the same.
func town(size int, place string) string {
	people := []string{"Clara Voss", "Ada Marsh", "Jonas Reet", "Petra Lind", "Hugh Pellow", "Ines Falk", "Samuel Okoye"}
	things := []string{"harbour", "library", "bridge", "market", "school", "railway", "orchard", "quarry", "theatre", "reservoir", "lighthouse"}
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		who, what, other := people[i%len(people)], things[i%len(things)], things[(i/7)%len(things)]
		fmt.Fprintf(&b, "The %s of %s cost %d million pounds in %d, according to the %s office. ", what, place, i%97+3, 1900+i%120, other)
		fmt.Fprintf(&b, "\"We counted %d visitors in the %s,\" said %s. Experts agree that the %s may close.\n\n", i+100, what, who, other)
	}
	return b.String()[:size]
}
