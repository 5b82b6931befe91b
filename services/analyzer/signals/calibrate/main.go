// Command calibrate measures the trust score and the findings against labelled texts:
//
//	go run ./signals/calibrate               both halves: the error of the score, precision and recall of each finding
//	go run ./signals/calibrate -each heldout every text of a half with its score and what was found beside what should be
//	go run ./signals/calibrate -fit          looks for better maxima of the parts, on the calibration half alone
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals"
)

const (
	calibration = "calibration"
	heldOut     = "heldout"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.DirFS("signals/testdata"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, files fs.FS, out io.Writer) error {
	flags := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	flags.SetOutput(out)
	each := flags.String("each", "", "print every text of a half: calibration or heldout")
	fit := flags.Bool("fit", false, "look for better maxima of the parts on the calibration half")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, half := range []string{calibration, heldOut} {
		texts, err := load(files, half)
		if err != nil {
			return err
		}
		results, err := measure(ctx, texts)
		if err != nil {
			return err
		}
		switch {
		case *each == half:
			printEach(out, results)
		case *fit && half == calibration:
			printFit(out, results)
		case *each == "" && !*fit:
			printHalf(out, half, results)
		}
	}
	return nil
}

// result is a text with what was made of it.
type result struct {
	labelled
	assessment schemas.Assessment
	found      []string // codes, sorted, each once
}

func measure(ctx context.Context, texts []labelled) ([]result, error) {
	var all []result
	for _, l := range texts {
		a, err := signals.Assess(ctx, l.input())
		if err != nil {
			return nil, err
		}
		r := result{labelled: l, assessment: a}
		for _, f := range a.Findings {
			r.found = append(r.found, f.Code)
		}
		slices.Sort(r.found)
		r.found = slices.Compact(r.found)
		all = append(all, r)
	}
	return all, nil
}

// meanError returns the mean absolute error of the score in points.
func meanError(results []result) float64 {
	sum := 0.0
	for _, r := range results {
		sum += math.Abs(float64(r.assessment.Trust.Score - r.trust))
	}
	return sum / float64(len(results))
}

// counts of a finding over texts: found and right, found and wrong, missed.
type counts struct{ right, wrong, missed int }

func count(results []result) map[string]counts {
	all := map[string]counts{}
	for _, r := range results {
		for _, code := range r.found {
			c := all[code]
			if slices.Contains(r.findings, code) {
				c.right++
			} else {
				c.wrong++
			}
			all[code] = c
		}
		for _, code := range r.findings {
			if !slices.Contains(r.found, code) {
				c := all[code]
				c.missed++
				all[code] = c
			}
		}
	}
	return all
}

func total(all map[string]counts) (t counts) {
	for _, c := range all {
		t.right, t.wrong, t.missed = t.right+c.right, t.wrong+c.wrong, t.missed+c.missed
	}
	return t
}

func (c counts) precision() float64 { return share(c.right, c.right+c.wrong) }
func (c counts) recall() float64    { return share(c.right, c.right+c.missed) }

func share(n, of int) float64 {
	if of == 0 {
		return math.NaN()
	}
	return float64(n) / float64(of)
}

func printHalf(out io.Writer, half string, results []result) {
	within := 0
	for _, r := range results {
		if d := r.assessment.Trust.Score - r.trust; -15 <= d && d <= 15 {
			within++
		}
	}
	fmt.Fprintf(out, "%s: %d texts, mean absolute error %.1f points, %d within 15 points\n\n", half, len(results), meanError(results), within)
	all := count(results)
	codes := make([]string, 0, len(all))
	for code := range all {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	fmt.Fprintf(out, "%-26s %5s %5s %6s %9s %6s\n", "finding", "right", "wrong", "missed", "precision", "recall")
	for _, code := range append(codes, "all") {
		c, ok := all[code]
		if !ok {
			c = total(all)
		}
		fmt.Fprintf(out, "%-26s %5d %5d %6d %9.2f %6.2f\n", code, c.right, c.wrong, c.missed, c.precision(), c.recall())
	}
	fmt.Fprintln(out)
}

func printEach(out io.Writer, results []result) {
	for _, r := range results {
		fmt.Fprintf(out, "%4d, judged %3d  %s: %s\n", r.assessment.Trust.Score, r.trust, r.kind, r.name)
		for _, p := range r.assessment.Trust.Parts {
			fmt.Fprintf(out, "      %2d of %2d  %-20s %s\n", p.Points, p.Of, p.Name, p.Why)
		}
		for _, f := range r.assessment.Findings {
			mark := " "
			if !slices.Contains(r.findings, f.Code) {
				mark = "!"
			}
			fmt.Fprintf(out, "    %s %s (%d): %s\n", mark, f.Code, f.Severity, strings.TrimSpace(f.Why))
		}
		for _, code := range r.findings {
			if !slices.Contains(r.found, code) {
				fmt.Fprintf(out, "    - missed: %s\n", code)
			}
		}
	}
}
