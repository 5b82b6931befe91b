package render

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// poisonAll puts what a page might say of itself into every text that stands for something a page said.
func poisonAll(v reflect.Value, poison string) {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), " ") { // a text: codes, names of stages and digests are one word, and ours
			v.SetString(poison)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			poisonAll(v.Field(i), poison)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poisonAll(v.Index(i), poison)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poisonAll(v.Elem(), poison)
		}
	}
}

func TestNothingThatAPageSaysIsMarkdownOrAMention(t *testing.T) {
	raw, err := os.ReadFile("../../../schemas/testdata/reports/experimental.en.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, poison := range []string{"@everyone and @here", "<@1> <@&2> <#3> </go:4>", "[x](http://evil.example)", "# A heading > and ||more||", "**bold** `code` ~~struck~~"} {
		var r schemas.Report
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		poisonAll(reflect.ValueOf(&r).Elem(), poison)
		m := Report(r, 0, true)
		shown, err := json.Marshal(m.Embeds)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, e := range m.Embeds {
			texts = append(texts, e.Title, e.Description)
			for _, f := range e.Fields {
				texts = append(texts, f.Name, f.Value)
			}
		}
		all := m.Content + strings.Join(texts, "\n")
		if !strings.Contains(all, discord.Escape(poison)[:4]) {
			t.Fatalf("%q is not shown at all: %.300s", poison, shown)
		}
		for _, bad := range strings.Fields("@everyone @here <@1> <@&2> <#3> </go:4> [x](http://evil.example) ||more|| **bold** `code` ~~struck~~") {
			if strings.Contains(all, bad) {
				t.Errorf("%q goes through", bad)
			}
		}
		if len(m.Mentions) != 0 {
			t.Error("somebody's mention rings")
		}
	}
}
