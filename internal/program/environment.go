package program

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// ours is what the names of our own environment variables begin with.
const ours = "AUTOINTEL_"

// UnknownVariables returns the variables of an environment ("NAME=value") whose names are ours and that no flag of a
// command line reads, sorted: most are misspelt.
func UnknownVariables(k *kong.Kong, environ []string) []string {
	var known []string
	_ = kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error { // the visitor returns no error
		if f, ok := node.(*kong.Flag); ok {
			known = append(known, f.Envs...)
		}
		return next(nil)
	})
	var unknown []string
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, ours) && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// WarnOfUnknown says which variables are set that this program does not read. It is a warning: another program may.
func WarnOfUnknown(w io.Writer, name string, unknown []string) {
	for _, v := range unknown {
		fmt.Fprintf(w, "%s: warning: %s is set, but there is no such setting; `%s --help` lists them\n", name, v, name)
	}
}
