package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// table shows the outcome by workflow.
func table(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "workflow\tpoints\ttried\tsame\tasked again\tkept\tnot reached\tdifferent\tpoints after")
	for _, r := range rows {
		kinds := ""
		for _, k := range slices.Sorted(maps.Keys(r.Kinds)) {
			kinds += fmt.Sprintf("%s %d, ", k, r.Kinds[k])
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", r.Depth, r.Points, r.Tried, r.Same, r.Again, r.Kept, r.Unreached, r.Different, kinds[:max(0, len(kinds)-2)])
	}
	return t.Flush()
}
