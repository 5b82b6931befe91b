package archive_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"autointel.example/services/archiver/archive"
)

func searchable(t *testing.T, text string) []string {
	t.Helper()
	result, err := json.Marshal(map[string]string{"markdown": text})
	if err != nil {
		t.Fatal(err)
	}
	return archive.Record{Result: result}.Searchable()
}

func TestARecordIsFoundByItsWords(t *testing.T) {
	for text, want := range map[string][]string{
		"The keeper, the GAUGE":        {"the", "keeper", "gauge"},
		"example.org/a-b?c=1":          {"example", "org", "a", "b", "c", "1"},
		"Café cafe CAFE\u0301":         {"cafe"},
		"Ærø straße Łódź":              {"ærø", "straße", "łodz"},
		"Пётр и Ёж":                    {"петр", "и", "еж"},
		"हिन्दी 한국어":                   {"हिन्दी", "한국어"},
		"\u0301 alone":                 {"alone"},
		"a\x00b \ufffd c":              {"a", "b", "c"},
		strings.Repeat("x", 65) + " y": {"y"},
		strings.Repeat("ü", 64):        {strings.Repeat("u", 64)},
		" \n":                          {},
	} {
		if got := searchable(t, text); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := (archive.Record{Title: "Tides", URL: "https://example.org", Result: []byte(`{"markdown":"tides","other":"x"}`)}).Searchable(); fmt.Sprint(got) != "[tides https example org]" {
		t.Errorf("%q", got)
	}
	if got := (archive.Record{Title: "Tides"}).Searchable(); got != nil {
		t.Errorf("without a result: %q", got)
	}
}

func TestTheWordsOfAReportAreBounded(t *testing.T) {
	var text strings.Builder
	for n := range 1_000_000 {
		fmt.Fprintf(&text, "%d ", n)
	}
	size := 0
	for _, w := range searchable(t, text.String()) {
		size += len(w)
	}
	if size < 200<<10 || size > 900<<10 {
		t.Errorf("%d bytes", size)
	}
}
