package program

import (
	"errors"
	"fmt"
	"io"
	"reflect"
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

// ReadFiles gives each setting whose twin names a file the content of that file: the flag --x-file goes with --x, and NAME_FILE with
// NAME. A file counts more than the value itself. Every file that gives nothing is reported, and no content.
func ReadFiles(k *kong.Context) error {
	flags := map[string]*kong.Flag{}
	for _, f := range k.Flags() {
		flags[f.Name] = f
	}
	var errs []error
	for name, twin := range flags {
		base, ok := strings.CutSuffix(name, "-file")
		setting := flags[base]
		if !ok || setting == nil || setting.Target.Kind() != reflect.String || len(twin.Envs) == 0 {
			continue
		}
		value := setting.Target.String()
		if err := FromFile(twin.Envs[0], twin.Target.String(), &value); err != nil {
			errs = append(errs, err)
			continue
		}
		setting.Target.SetString(value)
	}
	return errors.Join(errs...)
}

// WarnOfUnknown says which variables are set that this program does not read. It is a warning: another program may.
func WarnOfUnknown(w io.Writer, name string, unknown []string) {
	for _, v := range unknown {
		fmt.Fprintf(w, "%s: warning: %s is set, but there is no such setting; `%s --help` lists them\n", name, v, name)
	}
}
