package pdf

import (
	"math"
	"strings"

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
	for i := range max(0, pieces.Count) {
		next, err := pieceAt(p, text, i)
		if err != nil {
			return one, err
		}
		one.add(next)
	}
	return one, nil
}

func pieceAt(p pdfium.Pdfium, text references.FPDF_TEXTPAGE, i int) (piece, error) {
	where, err := p.FPDFText_GetRect(&requests.FPDFText_GetRect{TextPage: text, Index: i})
	if err != nil {
		return piece{}, err
	}
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
	if s, err := p.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: first.CharIndex}); err == nil {
		size = s.FontSize
	}
	if m, err := p.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: text, Index: first.CharIndex}); err == nil {
		size *= math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D))
	}
	if w, err := p.FPDFText_GetFontWeight(&requests.FPDFText_GetFontWeight{TextPage: text, Index: first.CharIndex}); err == nil {
		bold = w.FontWeight >= 600
	}
	if f, err := p.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: text, Index: first.CharIndex}); err == nil {
		bold = bold || strings.Contains(strings.ToLower(f.FontName), "bold")
	}
	return size, bold, nil
}
