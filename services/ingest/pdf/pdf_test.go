package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/pdf"
)

func reason(err error) fetch.Reason { return fetch.ReasonOf(err) }

// report is a document of three pages with a heading, a divided word, a list, two columns, and a footer on each page.
func report() []byte {
	var d document
	footer := func(n int) string {
		return set("F", 8, 60, 40, 0, fmt.Sprintf("The Gauge, annual report - page %d", n))
	}
	d.page(set("B", 24, 60, 780, 0, "The Book of the Water")+
		set("F", 11, 60, 740, 14, "The keeper of the gauge wrote the height of the water into a book every morn-", "ing, and the book is still there. Nobody has read it since the office closed, and", "nobody has asked for it.")+
		set("F", 11, 60, 680, 14, "A second paragraph speaks of the river (which rose by 4.2 metres in 1899) and of", "those who saw it.")+
		set("B", 14, 60, 630, 0, "What was found")+
		set("F", 11, 60, 605, 14, "- the book itself", "- a pencil")+footer(1),
		`<</Type /Annot /Subtype /Link /Rect [60 676 200 692] /A <</S /URI /URI (https://example.org/river)>>>>`)
	d.page(set("F", 11, 60, 780, 14, "The left column begins here and goes on for", "several lines until it comes to its end at the") +
		set("F", 11, 320, 780, 14, "top of the right column, where it goes on. See", "https://example.org/archive for more.") + footer(2))
	d.page(set("F", 11, 60, 780, 14, "The last page has one sentence.") + footer(3))
	return d.end("/Title (Annual report 2026) /Author (Ann Writer; Bo Second) /CreationDate (D:20260314102653+01'00')")
}

func TestADocument(t *testing.T) {
	var progress []string
	d, err := pdf.Read(t.Context(), report(), func(done, total int) { progress = append(progress, fmt.Sprintf("%d/%d", done, total)) })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"The keeper of the gauge wrote the height of the water into a book every morning, and the book is still there. Nobody has read it since the office closed, and nobody has asked for it.",
		"A second paragraph speaks of the river (which rose by 4.2 metres in 1899) and of those who saw it.",
		"- the book itself", "- a pencil",
		"The left column begins here and goes on for several lines until it comes to its end at the top of the right column, where it goes on. See https://example.org/archive for more.",
		"The last page has one sentence.",
	}
	if !reflect.DeepEqual(d.Paragraphs, want) {
		t.Errorf("%q", d.Paragraphs)
	}
	if want := []schemas.Heading{{Level: 1, Text: "The Book of the Water"}, {Level: 2, Text: "What was found", Paragraph: 2}}; !reflect.DeepEqual(d.Outline, want) {
		t.Errorf("%+v", d.Outline)
	}
	if want := []schemas.Link{{URL: "https://example.org/river", Paragraph: 1}}; !reflect.DeepEqual(d.Links, want) {
		t.Errorf("%+v", d.Links)
	}
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	if d.Title != "Annual report 2026" || d.Authors != "Ann Writer; Bo Second" || d.Language != "en-GB" || d.Pages != 3 || d.ModifiedAt == nil || !d.ModifiedAt.Equal(at) || len(d.Limits) != 0 {
		t.Errorf("%+v", d)
	}
	if !reflect.DeepEqual(progress, []string{"1/3", "2/3", "3/3"}) {
		t.Errorf("%v", progress)
	}
}

// letters sets a line letter by letter, as browsers print, W and what follows close to each other.
func letters(size, x, y float64, line string) string {
	widths := map[rune]float64{'W': 0.944, 'V': 0.667, 'o': 0.556, 'e': 0.556, 'r': 0.333, 'k': 0.5, 's': 0.5, 'w': 0.722, 'i': 0.222, ' ': 0.278, '.': 0.278}
	var b strings.Builder
	fmt.Fprintf(&b, "BT /F %g Tf 1 0 0 1 %g %g Tm ", size, x, y)
	step := 0.0
	for _, r := range line {
		fmt.Fprintf(&b, "%.3f 0 Td (%c) Tj ", step, r)
		if step = widths[r] * size; r == 'W' || r == 'V' {
			step -= 0.08 * size
		}
	}
	return b.String() + "ET\n"
}

func TestLettersThatAreSetClose(t *testing.T) {
	var d document
	const line = "We work. Work is work. o Verser. Weiser."
	d.page(letters(12, 60, 780, line) + set("F", 12, 60, 740, 0, "Another line."))
	got, err := pdf.Read(t.Context(), d.end(""), nil)
	if err != nil || len(got.Paragraphs) != 2 || got.Paragraphs[0] != line {
		t.Errorf("%q, %v", got.Paragraphs, err)
	}
}

func TestAFooterOfTwoPages(t *testing.T) {
	var d document
	for i := range 2 {
		d.page(set("F", 11, 60, 780, 14, fmt.Sprintf("On this page, which is the %d, the keeper of the gauge wrote the height of the water", i+1), "into a book every morning, and the book is still there.") +
			set("F", 11, 60, 700-20*float64(i), 14, "The same words stand on both pages, and are text.") + set("F", 8, 60, 40, 0, "The Gauge, a press release"))
	}
	got, err := pdf.Read(t.Context(), d.end(""), nil)
	text := strings.Join(got.Paragraphs, "\n")
	if err != nil || strings.Contains(text, "press release") || strings.Count(text, "The same words") != 2 {
		t.Errorf("%q, %v", got.Paragraphs, err)
	}
}

func TestATitleThatIsNone(t *testing.T) {
	for _, title := range []string{"", "Microsoft Word - final2.doc", "untitled", "report_v3.indd"} {
		var d document
		d.page(set("B", 24, 60, 780, 0, "The Book of the Water") + set("F", 11, 60, 740, 14, "The keeper of the gauge wrote the height of the water into a book."))
		got, err := pdf.Read(t.Context(), d.end("/Title ("+title+")"), nil)
		if err != nil || got.Title != "The Book of the Water" {
			t.Errorf("%q: %q, %v", title, got.Title, err)
		}
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	whole := report()
	text := set("F", 11, 60, 780, 14, "Some text.")
	empty := func() []byte {
		var d document
		d.page("")
		return d.end("")
	}
	locked := func() []byte {
		var d document
		d.page(text)
		secret := d.object("<</Filter /Standard /V 1 /R 2 /P -44 /O <" + strings.Repeat("41", 32) + "> /U <" + strings.Repeat("42", 32) + ">>>")
		d.extra = fmt.Sprintf("/Encrypt %d 0 R /ID [<41> <41>]", secret)
		return d.end("")
	}
	circular := func() []byte {
		var d document
		d.pages = append(d.pages, d.object("<</Type /Pages /Count 1 /Kids [1 0 R]>>"))
		return d.end("")
	}
	for name, c := range map[string]struct {
		body []byte
		want fetch.Reason
	}{
		"nothing but a mark":         {[]byte("%PDF-1.7\n"), fetch.Malformed},
		"noise":                      {append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0, 255, 7, '<', '<'}, 100_000)...), fetch.Malformed},
		"a password":                 {locked(), fetch.Encrypted},
		"no text":                    {empty(), fetch.NoText},
		"pages within themselves":    {circular(), fetch.NoText},
		"nested 100,000 levels":      {[]byte("%PDF-1.7\n1 0 obj\n" + strings.Repeat("[", 100_000) + "\nendobj\ntrailer <</Root 1 0 R>>"), fetch.Malformed},
		"dictionaries without end":   {[]byte("%PDF-1.7\n1 0 obj\n" + strings.Repeat("<</A ", 100_000) + "\nendobj\ntrailer <</Root 1 0 R>>"), fetch.Malformed},
		"cut off before its objects": {whole[:100], fetch.Malformed},
	} {
		started := time.Now()
		if _, err := pdf.Read(t.Context(), c.body, nil); reason(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if took := time.Since(started); took > testtime.Limit(20*time.Second) {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestADocumentThatWasDamagedIsRepaired(t *testing.T) {
	whole := report()
	cut := whole[:bytes.Index(whole, []byte("xref"))]
	if d, err := pdf.Read(t.Context(), cut, nil); err != nil && reason(err) != fetch.Malformed || err == nil && len(d.Paragraphs) < 5 {
		t.Errorf("%d paragraphs, %v", len(d.Paragraphs), err)
	}
}

// TestDamagedDocuments reads a document with bytes changed, taken out and doubled, by chance that is the same each time.
func TestDamagedDocuments(t *testing.T) {
	whole, r := report(), rand.New(rand.NewPCG(1, 2))
	reasons := map[fetch.Reason]int{}
	for range 150 {
		b := bytes.Clone(whole)
		for range 1 + r.IntN(20) {
			i := r.IntN(len(b))
			j := min(len(b), i+r.IntN(50))
			switch r.IntN(3) {
			case 0:
				b[i] = byte(r.IntN(256))
			case 1:
				b = slices.Delete(b, i, j)
			case 2:
				b = slices.Insert(b, i, bytes.Clone(b[i:j])...)
			}
		}
		d, err := pdf.Read(t.Context(), b, nil)
		reasons[reason(err)]++
		if err != nil && reason(err) == "" || err == nil && len(d.Paragraphs) == 0 {
			t.Errorf("%d paragraphs, %v", len(d.Paragraphs), err)
		}
	}
	if reasons[""] < 50 || reasons[fetch.Malformed] < 10 {
		t.Errorf("how they came out: %v", reasons)
	}
}

// A stream that grows a hundred thousandfold is bounded by the sandbox's memory, not by ours.
func TestBombs(t *testing.T) {
	bomb := func(pattern string, count, times int) []byte {
		var d document
		d.page(set("F", 11, 60, 780, 14, "The first page can be read, and has a sentence on it."))
		d.pageOf(d.stream(deflated(pattern, count, times)))
		return d.end("")
	}
	for name, body := range map[string][]byte{
		"300 MB of spaces":           bomb(strings.Repeat(" ", 1000), 300_000, 3),
		"300,000 pieces of text":     bomb("BT /F 1 Tf 9 9 Td (xxxxxxxxxxxx) Tj ET\n", 300_000, 1),
		"three million saved states": bomb("q ", 3_000_000, 1),
		"a text of 10 MB on a page":  bomb("BT /F 9 Tf 9 9 Td ("+strings.Repeat("word ", 2000)+") Tj ET ", 1000, 1),
		"a page asked for 5,000 x":   many(5000),
		"a stream that is no stream": bomb("\x00\xff\x00", 1, 0),
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			started := time.Now()
			d, err := pdf.Read(ctx, body, nil)
			runtime.ReadMemStats(&after)
			if held := int64(after.HeapInuse) - int64(before.HeapInuse); held > 512<<20 {
				t.Errorf("%d MB are held", held>>20)
			}
			if took := time.Since(started); took > testtime.Limit(15*time.Second) {
				t.Errorf("it took %s", took)
			}
			t.Logf("%d bytes: %s, %d paragraphs, %v, %v", len(body), time.Since(started).Round(time.Millisecond), len(d.Paragraphs), d.Limits, err)
			if err == nil && len(d.Paragraphs) == 0 || err != nil && reason(err) == "" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%d paragraphs, %v", len(d.Paragraphs), err)
			}
		})
	}
}

// many is a document of many pages that are the same.
func many(n int) []byte {
	var d document
	d.page(set("F", 11, 60, 780, 14, "One sentence stands on this page, and on every other page as well."))
	d.pages = slices.Repeat(d.pages, n)
	return d.end("")
}

func TestReadingEndsWithItsContext(t *testing.T) {
	body := many(900)
	ctx, cancel := context.WithCancel(t.Context())
	var cancelled time.Time
	_, err := pdf.Read(ctx, body, func(done, _ int) {
		if done == 2 {
			cancelled = time.Now()
			cancel()
		}
	})
	if took := time.Since(cancelled); !errors.Is(err, context.Canceled) || took > testtime.Limit(time.Second) {
		t.Errorf("%v after %s", err, took)
	}
	if _, err := pdf.Read(ctx, body, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if d, err := pdf.Read(t.Context(), report(), nil); err != nil || d.Pages != 3 {
		t.Errorf("the next document: %v", err)
	}
}

func TestDocumentsSideBySide(t *testing.T) {
	results := make(chan string, 6)
	for range cap(results) {
		go func() {
			d, err := pdf.Read(t.Context(), report(), nil)
			results <- fmt.Sprint(len(d.Paragraphs), err)
		}()
	}
	for range cap(results) {
		if got := <-results; got != "6 <nil>" {
			t.Error(got)
		}
	}
}

func FuzzRead(f *testing.F) {
	if _, err := pdf.Read(context.Background(), report(), nil); err != nil { // a worker that has to start the engine first counts as hung
		f.Fatal(err)
	}
	f.Add(report())
	var d document
	d.pageOf(d.stream(deflated(set("F", 11, 60, 780, 14, "Compressed text."), 1, 1)))
	f.Add(d.end("/Title (x)"))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := pdf.Read(t.Context(), body, nil)
		if err != nil && reason(err) == "" && t.Context().Err() == nil {
			t.Errorf("an error without a reason: %v", err)
		}
		for _, h := range d.Outline {
			if h.Paragraph >= len(d.Paragraphs) || h.Level < 1 || h.Level > 6 {
				t.Errorf("%+v of %d paragraphs", h, len(d.Paragraphs))
			}
		}
	})
}

// TestABoldHeadingOfTheSizeOfTheText: nothing but its font tells it from the text. Its second line begins in lower case.
func TestABoldHeadingOfTheSizeOfTheText(t *testing.T) {
	var d document
	d.page(set("F", 11, 60, 780, 14, "The keeper of the gauge wrote the height of the water into a book every", "morning, and nobody read it until the wall was built and") +
		set("B", 11, 60, 752, 14, "What was found in the cellar of the", "harbour office when it was sold") +
		set("F", 11, 60, 724, 14, "Under the stairs stood twelve crates of them, each with a year on its", "lid, and in the last of them lay the letter of a boy who had seen it."))
	got, err := pdf.Read(t.Context(), d.end(""), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Outline) != 1 || got.Outline[0].Text != "What was found in the cellar of the harbour office when it was sold" || len(got.Paragraphs) != 2 {
		t.Errorf("%+v\n%q", got.Outline, got.Paragraphs)
	}
}

// BenchmarkStart is what the first PDF of a process waits for. It means something only with -benchtime 1x.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := pdf.Read(b.Context(), report(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead reads a document of 300 pages.
func BenchmarkRead(b *testing.B) {
	body := many(300)
	if _, err := pdf.Read(b.Context(), body, nil); err != nil { // which starts the engine
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := pdf.Read(b.Context(), body, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTheSample keeps the sample that other packages read in step with what builds it.
func TestTheSample(t *testing.T) {
	const name = "testdata/report.pdf"
	if *update {
		if err := os.WriteFile(name, report(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, report()) {
		t.Errorf("run go test -run TestTheSample -update: %v", err)
	}
}

var update = flag.Bool("update", false, "write the sample anew")
