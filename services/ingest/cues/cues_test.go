package cues

import (
	"io/fs"
	"strings"
	"testing"
)

func TestEveryLanguageHasEveryHeading(t *testing.T) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil || len(names) < 5 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []string{Paywall, Cookie, Script, Label, Disclosure, Sponsor, Partner, Attribution, Byline, Published, Updated, Banner, Chore, Share, Related, Biography} {
			if !strings.Contains(string(content), "\n["+h+"]\n") {
				t.Errorf("%s has no [%s]", name, h)
			}
		}
		if lower := strings.ToLower(string(content)); strings.SplitN(lower, "\n", 2)[1] != strings.SplitN(string(content), "\n", 2)[1] {
			t.Errorf("%s holds capitals: texts are lower case when they are compared", name)
		}
	}
}

func TestPhrasesAreWholeWords(t *testing.T) {
	for text, want := range map[string]bool{
		"the minister said on monday": true,
		"said":                        true,
		"aforesaid":                   false,
		"saidé":                       false,
		"laut dem bericht":            true,
		"lauter unfug":                false,
	} {
		if p, ok := In(text, Attribution); ok != want {
			t.Errorf("%q: %q", text, p)
		}
	}
	if p, ok := Begins("sponsored by a bank", Sponsor); !ok || p != "sponsored by" {
		t.Errorf("%q", p)
	}
	if _, ok := Begins("sponsored byways", Sponsor); ok {
		t.Error("a beginning is whole words too")
	}
}
