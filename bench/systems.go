package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"autointel.example/bench/load"
)

// system measures a system in this process; it keeps its data in a directory that is removed afterwards.
type system func(ctx context.Context, o load.Options, dir string) (load.Result, error)

// systems are those that this program measures itself. The others are in bench/peers, with dependencies of their own.
var systems = map[string]system{
	"autointel":      measureAutointel,
	"autointel-full": measureAutointelFull,
	"raw":            measureRaw,
}

// names lists the systems for a person.
func names(of map[string]system) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}
