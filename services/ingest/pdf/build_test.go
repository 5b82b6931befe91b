package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"slices"
	"strings"
)

// document builds a PDF: objects, their cross-references and a trailer.
type document struct {
	bytes.Buffer
	offsets []int
	pages   []int
	extra   string // of the trailer
}

// object adds an object and returns its number.
func (d *document) object(content string) int {
	if d.Len() == 0 {
		d.WriteString("%PDF-1.7\n")
	}
	d.offsets = append(d.offsets, d.Len())
	fmt.Fprintf(d, "%d 0 obj\n%s\nendobj\n", len(d.offsets), content)
	return len(d.offsets)
}

func (d *document) stream(dictionary string, content []byte) int {
	return d.object(fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dictionary, len(content), content))
}

// page adds a page whose content is operators, with links.
func (d *document) page(content string, annotations ...string) {
	d.pageOf(d.stream("", []byte(content)), annotations...)
}

func (d *document) pageOf(stream int, annotations ...string) {
	d.pages = append(d.pages, d.object(fmt.Sprintf(
		"<</Type /Page /Parent 999999 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> /B <</Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold>>>>>> /Annots [%s]>>",
		stream, strings.Join(annotations, " "))))
}

// end finishes the document. The information about it is a dictionary's content.
func (d *document) end(information string) []byte {
	var kids strings.Builder
	for _, p := range d.pages {
		fmt.Fprintf(&kids, "%d 0 R ", p)
	}
	tree := d.object(fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(d.pages), kids.String()))
	catalog := d.object(fmt.Sprintf("<</Type /Catalog /Pages %d 0 R /Lang (en-GB)>>", tree))
	info := d.object("<<" + information + ">>")
	start := d.Len()
	fmt.Fprintf(d, "xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1)
	for _, o := range d.offsets {
		fmt.Fprintf(d, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(d, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(d.offsets)+1, catalog, info, d.extra, start)
	return bytes.ReplaceAll(d.Bytes(), []byte("999999 0 R"), fmt.Appendf(nil, "%6d 0 R", tree))
}

// set sets lines of text in a font, from a height downwards.
func set(font string, size, x, y, leading float64, lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		l = strings.NewReplacer("(", `\(`, ")", `\)`).Replace(l)
		fmt.Fprintf(&b, "BT /%s %g Tf %g %g Td (%s) Tj ET\n", font, size, x, y-float64(i)*leading, l)
	}
	return b.String()
}

// deflated is a stream of a pattern, so many times over, compressed a number of times.
func deflated(pattern string, count, times int) (dictionary string, stream []byte) {
	var content bytes.Buffer
	if times == 0 {
		content.WriteString(strings.Repeat(pattern, count))
	}
	var out io.Writer = &content
	var layers []*zlib.Writer
	for range times {
		layers = append(layers, zlib.NewWriter(out))
		out = layers[len(layers)-1]
	}
	block := []byte(strings.Repeat(pattern, min(count, 1000)))
	for n := count; times > 0 && n > 0; n -= 1000 {
		_, _ = out.Write(block) // into memory
	}
	for _, w := range slices.Backward(layers) {
		_ = w.Close()
	}
	return "/Filter [" + strings.Repeat("/FlateDecode ", times) + "]", content.Bytes()
}
