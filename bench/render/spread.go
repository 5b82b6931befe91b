// Package render turns measurements into what people read: figures with their spread, Markdown tables, and charts.
package render

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Spread is what several rounds have shown of one figure.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// SpreadOf is the spread of values; of none it is zero. The median of an even number of values is the mean of the two in
// the middle.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1]}
}

// String is the median, and in parentheses the smallest and the largest value if they differ from it as shown.
func (s Spread) String() string {
	median, smallest, largest := Figure(s.Median), Figure(s.Min), Figure(s.Max)
	if smallest == median && largest == median {
		return median
	}
	return fmt.Sprintf("%s (%s..%s)", median, smallest, largest)
}

// Figure is a number with three significant digits, without an exponent, its thousands set apart.
func Figure(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		return err.Error()
	}
	decimals := max(0, 2-int(math.Floor(math.Log10(math.Abs(rounded)))))
	if math.Abs(rounded) < 1000 {
		return strconv.FormatFloat(rounded, 'f', decimals, 64)
	}
	return thousands(strconv.FormatFloat(rounded, 'f', 0, 64))
}

func thousands(digits string) string {
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Count is a whole number, its thousands set apart.
func Count(n int) string { return thousands(strconv.Itoa(n)) }
