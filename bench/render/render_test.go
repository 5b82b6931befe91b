package render

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant: go test . -update\n%s", name, got)
	}
}

// wellFormed fails for what no reader of SVG takes.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestASpreadIsTheMedianAndTheEnds(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   Spread
		text   string
	}{
		{nil, Spread{}, "0"},
		{[]float64{3}, Spread{3, 3, 3}, "3.00"},
		{[]float64{9, 1, 2}, Spread{2, 1, 9}, "2.00 (1.00..9.00)"},
		{[]float64{4, 1, 3, 2}, Spread{2.5, 1, 4}, "2.50 (1.00..4.00)"},
		{[]float64{1000, 1001, 1002}, Spread{1001, 1000, 1002}, "1,000"},
	} {
		if got := SpreadOf(c.values); got != c.want || got.String() != c.text {
			t.Errorf("%v: %+v %q, want %+v %q", c.values, got, got, c.want, c.text)
		}
	}
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.01234: "0.0123", 9.999: "10.0", 99.96: "100", 123.4: "123", 999.6: "1,000", 12345: "12,300", 1234567: "1,230,000", -4321: "-4,320"} {
		if got := Figure(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := Count(-1234567); got != "-1,234,567" {
		t.Error(got)
	}
}

func TestATableStandsInLine(t *testing.T) {
	golden(t, "table.md", Table([]string{"system", "workflows/s"}, [][]string{{"autointel", "3,070"}, {"with | and\nbreak", "1"}, {"short"}}))
}

func TestBarsShowSpreadAndWhatIsMissing(t *testing.T) {
	svg := Bars{Title: "Rates & ratios", Note: "a <machine>", Groups: []Group{
		{"Fast", []Bar{{Name: "autointel", Value: Spread{3000, 2900, 3200}, Ours: true}, {Name: "river", Missing: "PostgreSQL is not installed: apt-get install postgresql"}}},
		{"Durable", []Bar{{Name: "autointel", Value: Spread{600, 600, 600}, Ours: true}, {Name: "none", Value: Spread{}}}},
	}}.SVG()
	wellFormed(t, svg)
	golden(t, "bars.svg", svg)
}

func TestBarsWithoutValuesAreDrawn(t *testing.T) {
	svg := Bars{Title: "nothing", Groups: []Group{{"Fast", []Bar{{Name: "a"}}}}}.SVG()
	wellFormed(t, svg)
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
}

func TestLinesHaveAPanelForEachMeasure(t *testing.T) {
	svg := Lines{Title: "Growth", Note: "a machine", X: "events", Panels: []Panel{
		{"workflows/s", []Series{{"autointel", []Point{{1, 1300}, {100, 3000}, {10000, 2900}}}, {"raw", []Point{{1, 6000}, {10000, 12000}}}}},
		{"p50 ms", []Series{{"autointel", []Point{{1, 0.5}, {100, 33}, {10000, 900}}}}},
	}}.SVG()
	wellFormed(t, svg)
	golden(t, "lines.svg", svg)
}

func TestLinesOfOnePointAreDrawn(t *testing.T) {
	svg := Lines{Title: "one", X: "x", Panels: []Panel{{"y", []Series{{"a", []Point{{5, 0}}}}}, {Label: "none"}}}.SVG()
	wellFormed(t, svg)
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
}

func TestASectionIsReplacedAndAllElseStays(t *testing.T) {
	document := "# Figures\n\n<!-- begin a -->\nold\n<!-- end a -->\n\nafter\n<!-- begin b -->\nkept\n<!-- end b -->\n"
	got, err := Section(document, "a", "\nnew\n\n")
	if want := "# Figures\n\n<!-- begin a -->\nnew\n<!-- end a -->\n\nafter\n<!-- begin b -->\nkept\n<!-- end b -->\n"; err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	for _, broken := range []string{"nothing", "<!-- begin a -->\nno end"} {
		if _, err := Section(broken, "a", "new"); err == nil || !strings.Contains(err.Error(), "put it") {
			t.Errorf("%q: %v", broken, err)
		}
	}
}
