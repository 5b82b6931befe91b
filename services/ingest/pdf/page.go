package pdf

import (
	"math"
	"runtime"
	"strings"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
)

// maxCompared is how many comparisons of a character with a piece of text a page may cost: PDFium looks at every character for each.
const maxCompared = 30_000_000

func readPage(p pdfium.Pdfium, document references.FPDF_DOCUMENT, n int) (page, error) {
	at := requests.Page{ByIndex: &requests.PageByIndex{Document: document, Index: n}}
	loaded, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: at})
	if err != nil {
		return page{}, err
	}
	text := loaded.TextPage
	one, err := piecesOf(p, text, at)
	if err != nil {
		return page{}, err // the sandbox, which is thrown away, holds what was not closed
	}
	if _, err := p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text}); err != nil {
		return page{}, err
	}
	if one.plain == "" {
		one.links = linksOn(p, document, at)
	}
	return one, nil
}

// piecesOf reads a page piece by piece, of one font each; of one with too many characters only its text. It asks for whole pieces:
// a call into the sandbox for each character would take most of the time that a document has.
func piecesOf(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, at requests.Page) (page, error) {
	var one page
	chars, err := p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return one, err
	}
	pieces, err := p.FPDFText_CountRects(&requests.FPDFText_CountRects{TextPage: text, Count: chars.Count})
	if err != nil {
		return one, err
	}
	if chars.Count > maxChars || pieces.Count > 0 && chars.Count > maxCompared/pieces.Count {
		plain, err := p.GetPageText(&requests.GetPageText{Page: at})
		if err != nil {
			return one, err
		}
		one.plain = plain.Text
		return one, nil
	}
	lines, ok, err := linesOf(p, text, chars.Count)
	if err != nil {
		return one, err
	}
	if !ok {
		lines = []line{{count: chars.Count}}
	}
	for _, l := range lines {
		if err := one.addLine(p, text, l); err != nil {
			return one, err
		}
	}
	return one, nil
}

// line is a run of a page's characters.
type line struct {
	from, count int
	units       []uint16 // its text in UTF-16, one for each character; empty: not known
}

// linesOf is a page's lines in its own order. It is false if the text is not one unit for each character, and so cannot be told apart.
func linesOf(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, chars int) ([]line, bool, error) {
	whole, err := p.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: text, Count: chars})
	if err != nil {
		return nil, false, err
	}
	units := utf16.Encode([]rune(strings.TrimSuffix(whole.Text, "\x00")))
	if len(units) != chars {
		return nil, false, nil
	}
	var lines []line
	from := 0
	for i := 0; i <= len(units); i++ {
		if i < len(units) && units[i] != '\r' && units[i] != '\n' {
			continue
		}
		if strings.TrimSpace(string(utf16.Decode(units[from:i]))) != "" {
			lines = append(lines, line{from, i - from, units[from:i]})
		}
		from = i + 1
	}
	return lines, true, nil
}

// addLine adds the pieces of a line.
func (p *page) addLine(reader pdfium.Pdfium, text references.FPDF_TEXTPAGE, l line) error {
	pieces, err := reader.FPDFText_CountRects(&requests.FPDFText_CountRects{TextPage: text, StartIndex: l.from, Count: l.count})
	if err != nil {
		return err
	}
	places := make([]*responses.FPDFText_GetRect, max(0, pieces.Count))
	for i := range places {
		if places[i], err = reader.FPDFText_GetRect(&requests.FPDFText_GetRect{TextPage: text, Index: i}); err != nil {
			return err
		}
	}
	from := 0
	for i, where := range places {
		runtime.Gosched() // each call into the sandbox leaves a goroutine behind that watches its context: they end here, before they pile up
		var next piece
		if len(l.units) == 0 {
			next, err = pieceAt(reader, text, where)
		} else {
			to := l.count
			if i+1 < len(places) {
				to, err = beginOf(reader, text, l, from, i+1)
			}
			next = piece{text: string(utf16.Decode(l.units[from:to])), left: where.Left, right: where.Right, top: where.Top, bottom: where.Bottom}
			next.size, next.bold = fontOf(reader, text, l.from+from+len(next.text)-len(strings.TrimLeft(next.text, " ")))
			from = to
		}
		if err != nil {
			return err
		}
		p.add(next)
	}
	return nil
}

// beginOf is where in a line its piece n begins, which is after a character: the first that makes so many pieces of what stands before
// it. What stands within a piece's box is no measure: of letters that are set close, as W and o, each reaches into the other's.
func beginOf(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, l line, after, n int) (int, error) {
	low, high := after, l.count // of low characters there are at most n pieces, of high ones more
	for high-low > 1 {
		middle := (low + high) / 2
		pieces, err := p.FPDFText_CountRects(&requests.FPDFText_CountRects{TextPage: text, StartIndex: l.from, Count: middle})
		if err != nil {
			return 0, err
		}
		if pieces.Count > n {
			high = middle
		} else {
			low = middle
		}
	}
	return high - 1, nil
}

// pieceAt is the text within a place, of a page whose characters cannot be told apart.
func pieceAt(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, where *responses.FPDFText_GetRect) (piece, error) {
	words, err := p.FPDFText_GetBoundedText(&requests.FPDFText_GetBoundedText{TextPage: text, Left: where.Left, Top: where.Top, Right: where.Right, Bottom: where.Bottom})
	if err != nil {
		return piece{}, err
	}
	one := piece{text: strings.ToValidUTF8(words.Text, "\uFFFD"), left: where.Left, right: where.Right, top: where.Top, bottom: where.Bottom}
	one.size, one.bold, err = fontAt(p, text, where)
	return one, err
}

// fontAt is the size of a piece's font as it is drawn, and whether it is bold: those of its first character, as all share them. What
// the document does not say is zero.
func fontAt(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, where *responses.FPDFText_GetRect) (size float64, bold bool, err error) {
	first, err := p.FPDFText_GetCharIndexAtPos(&requests.FPDFText_GetCharIndexAtPos{
		TextPage: text, X: where.Left + 0.1, Y: (where.Top + where.Bottom) / 2, XTolerance: 2, YTolerance: math.Abs(where.Top - where.Bottom),
	})
	if err != nil || first.CharIndex < 0 {
		return 0, false, err
	}
	size, bold = fontOf(p, text, first.CharIndex)
	return size, bold, nil
}

// fontOf is the same of a character.
func fontOf(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, char int) (size float64, bold bool) {
	if s, err := p.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: char}); err == nil {
		size = s.FontSize
	}
	if m, err := p.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: text, Index: char}); err == nil {
		size *= math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D))
	}
	f, err := p.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: text, Index: char})
	if err == nil && f.FontName != "" {
		return size, strings.Contains(strings.ToLower(f.FontName), "bold")
	}
	if w, err := p.FPDFText_GetFontWeight(&requests.FPDFText_GetFontWeight{TextPage: text, Index: char}); err == nil {
		bold = w.FontWeight >= 600
	}
	return size, bold
}
