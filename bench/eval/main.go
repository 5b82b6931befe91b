// Command eval measures how well the analysis does on the texts of its corpus: it serves them to the real stages, compares what
// they find with what people wrote down, and fails when a figure is worse than it was.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"autointel.example/internal/program"
)

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options are the command line.
type options struct {
	corpus, baseline, document string
	update, verbose            bool
}

// run evaluates the corpus and returns the exit code: 0 nothing is worse, 1 something is or the run failed, 2 wrong use.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("eval", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.corpus, "corpus", filepath.Join("eval", "testdata", "corpus"), "the directory of the corpus")
	flags.StringVar(&o.baseline, "baseline", filepath.Join("eval", "testdata", "baseline.json"), "the figures that must be reached")
	flags.StringVar(&o.document, "document", filepath.Join("..", "docs", "evaluation.md"), "the document whose table is written with -update")
	flags.BoolVar(&o.update, "update", false, "take the figures of this run as the baseline, and write them into the document")
	flags.BoolVar(&o.verbose, "v", false, "print what was missed and what was found too much, item by item")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "eval: it takes no arguments, but was given %q\n", flags.Args())
		return 2
	}
	if err := evaluate(ctx, o, stdout); err != nil {
		fmt.Fprintf(stderr, "eval: %v\n", err)
		return 1
	}
	return 0
}

// evaluate runs the corpus and judges its figures.
func evaluate(ctx context.Context, o options, out io.Writer) error {
	items, err := load(o.corpus)
	if err != nil {
		return err
	}
	results, err := runAll(ctx, items, o.corpus)
	if err != nil {
		return err
	}
	if o.verbose {
		for _, r := range results {
			r.explain(out)
		}
	}
	f := figuresOf(results)
	fmt.Fprint(out, f.table(results))
	if o.update {
		return errors.Join(f.save(o.baseline), writeTable(o.document, f.table(results)))
	}
	before, err := readFigures(o.baseline)
	if err != nil {
		return err
	}
	return f.judge(before)
}
