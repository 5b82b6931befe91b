package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// table writes a run as Markdown.
func (f figures) table(results []result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d documents, %d languages.\n\n", len(results), len(languages(results)))
	b.WriteString("| What | Precision | Recall | F1 |\n|---|---|---|---|\n")
	for _, row := range [][2]string{{"Text of the article, by words", "extraction"}, {"Claims, by sentences", "claims"}, {"Findings, by code and sentence", "findings"}} {
		fmt.Fprintf(&b, "| %s | %.3f | %.3f | %.3f |\n", row[0], f[row[1]+".precision"], f[row[1]+".recall"], f[row[1]+".f1"])
	}
	fmt.Fprintf(&b, "\nLanguage: %.3f right.\n\n", f["language.accuracy"])
	b.WriteString("| Summary | ROUGE-1 | ROUGE-2 | ROUGE-L |\n|---|---|---|---|\n")
	for _, row := range [][2]string{{"of the analysis", "summary"}, {"first three sentences", "lead"}} {
		fmt.Fprintf(&b, "| %s | %.3f | %.3f | %.3f |\n", row[0], f[row[1]+".rouge1"], f[row[1]+".rouge2"], f[row[1]+".rougel"])
	}
	group(&b, "Format", results, func(r result) string { return r.format() })
	group(&b, "Language", results, func(r result) string { return r.Language })
	group(&b, "Kind of text", results, func(r result) string { return r.Kind })
	b.WriteString("\n| Finding | Expected | Found | Of these right | F1 |\n|---|---|---|---|---|\n")
	byCode := map[string]tally{}
	for _, r := range results {
		for code, t := range r.score().findings {
			sum := byCode[code]
			sum.add(t)
			byCode[code] = sum
		}
	}
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		t := byCode[code]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %.3f |\n", code, t.right+t.missed, t.right+t.wrong, t.right, t.f1())
	}
	return b.String()
}

// group writes a table of the results that have something in common.
func group(b *strings.Builder, title string, results []result, by func(result) string) {
	groups := map[string][]result{}
	for _, r := range results {
		groups[by(r)] = append(groups[by(r)], r)
	}
	fmt.Fprintf(b, "\n| %s | Documents | Text F1 | Claims F1 | Findings F1 | ROUGE-1 | of the lead |\n|---|---|---|---|---|---|---|\n", title)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		f := figuresOf(groups[name])
		fmt.Fprintf(b, "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f |\n", name, len(groups[name]), f["extraction.f1"], f["claims.f1"], f["findings.f1"], f["summary.rouge1"], f["lead.rouge1"])
	}
}

// Marks between which the table stands in the document.
const (
	tableBegins = "<!-- eval: begin -->\n"
	tableEnds   = "<!-- eval: end -->\n"
)

// writeTable puts a table into a document, between its marks.
func writeTable(path, table string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(raw, []byte(tableBegins))
	_, after, ok2 := bytes.Cut(rest, []byte(tableEnds))
	if !ok || !ok2 {
		return fmt.Errorf("%s does not have the marks %q and %q, between which the table stands", path, tableBegins, tableEnds)
	}
	content := slices.Concat(before, []byte(tableBegins+table+tableEnds), after)
	return os.WriteFile(path, content, 0o600)
}
