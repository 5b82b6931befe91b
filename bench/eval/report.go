package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"autointel.example/services/analyzer/text"
)

// tolerance is how much a figure may drop before the evaluation fails: a changed comma moves some by less.
const tolerance = 0.01

// figures are the results of a run by their names, each from 0 to 1.
type figures map[string]float64

// scores are the results of one item.
type scores struct {
	extraction, claims tally
	findings           map[string]tally
	rouge, lead        [3]float64
	language           bool
}

// read is the text that the stages read.
func (r result) read() string { return r.source.Text + "\n\n" + r.transcript.Text }

func (r result) score() scores {
	s := scores{extraction: overlap(tokens(r.read()), tokens(strings.Join(r.Text, "\n"))), findings: map[string]tally{}}
	s.claims = match(r.claims(), r.Claims)
	expected, found := r.findings()
	for code := range expected {
		s.findings[code] = matchFindings(found[code], expected[code])
	}
	for code := range found {
		if _, ok := expected[code]; !ok {
			s.findings[code] = tally{wrong: len(found[code])}
		}
	}
	if r.analysis != nil {
		s.language = r.analysis.Language.Code == r.Language
		var summary []string
		for _, sentence := range r.analysis.Summary {
			summary = append(summary, sentence.Text)
		}
		s.rouge = rouge(strings.Join(summary, " "), r.Summary)
	}
	first := text.Sentences(r.read(), r.Language)
	s.lead = rouge(strings.Join(first[:min(3, len(first))], " "), r.Summary)
	return s
}

// claims are the sentences that were called so, each once.
func (r result) claims() []string {
	var out []string
	if r.verification != nil {
		for _, c := range r.verification.Claims {
			if !slices.Contains(out, c.Where.Text) {
				out = append(out, c.Where.Text)
			}
		}
	}
	return out
}

// findings returns the sentences by code, as expected and as found. A finding without a sentence is of the whole document: "".
func (r result) findings() (expected, found map[string][]string) {
	expected, found = map[string][]string{}, map[string][]string{}
	for _, f := range r.Findings {
		expected[f.Code] = append(expected[f.Code], f.Sentence)
	}
	if r.assessment == nil {
		return expected, found
	}
	for _, f := range r.assessment.Findings {
		where := ""
		if len(f.Quotes) > 0 {
			where = f.Quotes[0].Text
		}
		if !slices.Contains(found[f.Code], where) {
			found[f.Code] = append(found[f.Code], where)
		}
	}
	return expected, found
}

// matchFindings compares the places of a code. One that is expected of the whole document is found by the code alone.
func matchFindings(found, expected []string) tally {
	if slices.Contains(expected, "") {
		return tally{right: min(1, len(found)), missed: max(0, 1-len(found))}
	}
	return match(found, expected)
}

// figuresOf sums up a run.
func figuresOf(results []result) figures {
	f := figures{}
	var claims, findings tally
	byCode := map[string]tally{}
	n := float64(len(results))
	for _, r := range results {
		s := r.score()
		f["extraction.precision"] += s.extraction.precision() / n
		f["extraction.recall"] += s.extraction.recall() / n
		f["extraction.f1"] += s.extraction.f1() / n
		if s.language {
			f["language.accuracy"] += 1 / n
		}
		for k, name := range []string{"1", "2", "l"} {
			f["summary.rouge"+name] += s.rouge[k] / n
			f["lead.rouge"+name] += s.lead[k] / n
		}
		claims.add(s.claims)
		for code, t := range s.findings {
			sum := byCode[code]
			sum.add(t)
			byCode[code] = sum
			findings.add(t)
		}
	}
	f["claims.precision"], f["claims.recall"], f["claims.f1"] = claims.precision(), claims.recall(), claims.f1()
	f["findings.precision"], f["findings.recall"], f["findings.f1"] = findings.precision(), findings.recall(), findings.f1()
	for code, t := range byCode {
		f["findings."+code+".f1"] = t.f1()
	}
	for name, v := range f {
		f[name] = math.Round(v*1000) / 1000
	}
	return f
}

// judge compares with an earlier run. What the lead of a text reaches is no achievement, so it may change.
func (f figures) judge(before figures) error {
	var worse []error
	for _, name := range slices.Sorted(maps.Keys(before)) {
		now, measured := f[name]
		if strings.HasPrefix(name, "lead.") || now >= before[name]-tolerance {
			continue
		}
		if !measured && strings.HasPrefix(name, "findings.") && before[name] == 0 {
			continue
		}
		worse = append(worse, fmt.Errorf("%s is %.3f, it was %.3f", name, now, before[name]))
	}
	if len(worse) > 0 {
		return fmt.Errorf("worse than the baseline (if that is meant, take the new figures with -update):\n%w", errors.Join(worse...))
	}
	return nil
}

func readFigures(path string) (figures, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("there is no baseline; -update writes one: %w", err)
	}
	var f figures
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

func (f figures) save(path string) error {
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}

// explain prints what is wrong with an item, for who works on it.
func (r result) explain(out io.Writer) {
	s := r.score()
	fmt.Fprintf(out, "== %s (%s, %s): extraction %.3f, claims %.3f, ROUGE-1 %.3f (lead %.3f)\n", r.name, r.format(), r.Language, s.extraction.f1(), s.claims.f1(), s.rouge[0], s.lead[0])
	if r.failure != nil {
		fmt.Fprintf(out, "   not read: %v\n", r.failure)
	}
	difference(out, "text", strings.Split(r.read(), "\n\n"), r.Text)
	difference(out, "claim", r.claims(), r.Claims)
	expected, found := r.findings()
	for _, code := range slices.Sorted(maps.Keys(expected)) {
		if !slices.Contains(expected[code], "") || len(found[code]) == 0 {
			difference(out, code, found[code], expected[code])
		}
	}
	for _, code := range slices.Sorted(maps.Keys(found)) {
		if _, ok := expected[code]; !ok {
			difference(out, code, found[code], nil)
		}
	}
}

func difference(out io.Writer, what string, found, expected []string) {
	for _, s := range expected {
		if !slices.ContainsFunc(found, func(f string) bool { return same(f, s) }) {
			fmt.Fprintf(out, "   %s missed: %s\n", what, s)
		}
	}
	for _, s := range found {
		if len(tokens(s)) > 0 && !slices.ContainsFunc(expected, func(e string) bool { return same(e, s) }) {
			fmt.Fprintf(out, "   %s too much: %s\n", what, s)
		}
	}
}
