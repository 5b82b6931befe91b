package main

import (
	"fmt"
	"io"
	"math"
)

// fixed are the parts that labelled texts say nothing about, as nothing was looked up for them: their maxima are not fitted.
var fixed = map[string]bool{"consistency": true, "elsewhere": true}

// least and most are the bounds of a part's maximum: a part that gives less would not be worth showing, and no part may decide alone.
const least, most = 6, 30

// printFit moves single points between the maxima of the parts as long as the error on these texts shrinks.
func printFit(out io.Writer, results []result) {
	parts := results[0].assessment.Trust.Parts
	of := make([]float64, len(parts))
	for i, p := range parts {
		of[i] = float64(p.Of)
	}
	best := errorWith(results, of)
	fmt.Fprintf(out, "as it is: error %.2f\n", best)
	for {
		from, to := -1, -1
		for i := range of {
			for j := range of {
				if i == j || of[i] <= least || of[j] >= most || fixed[parts[i].Code] || fixed[parts[j].Code] {
					continue
				}
				of[i], of[j] = of[i]-1, of[j]+1
				if e := errorWith(results, of); e < best-1e-9 {
					best, from, to = e, i, j
				}
				of[i], of[j] = of[i]+1, of[j]-1
			}
		}
		if from < 0 {
			break
		}
		of[from], of[to] = of[from]-1, of[to]+1
	}
	fmt.Fprintf(out, "fitted:   error %.2f\n", best)
	for i, p := range parts {
		fmt.Fprintf(out, "%-14s %2d -> %2.0f\n", p.Code, p.Of, of[i])
	}
}

// errorWith returns the mean absolute error with other maxima.
func errorWith(results []result, of []float64) float64 {
	sum := 0.0
	for _, r := range results {
		score := 0.0
		for i, p := range r.assessment.Trust.Parts {
			if p.Of > 0 {
				score += float64(p.Points) / float64(p.Of) * of[i]
			}
		}
		sum += math.Abs(score - float64(r.trust))
	}
	return sum / float64(len(results))
}
