package main

import (
	"encoding/json"
	"fmt"

	"autointel.example/internal/telemetry"
)

// versionCommand says which build this is.
type versionCommand struct {
	JSON bool `help:"One JSON document."`
}

// Run prints one line: what a report of a fault begins with.
func (c *versionCommand) Run(s streams) error {
	b := telemetry.ThisBuild()
	if c.JSON {
		return json.NewEncoder(s.out).Encode(b)
	}
	line := "autointel " + b.Version
	if b.Revision != "" {
		line += ", commit " + b.Revision
	}
	if b.Modified {
		line += " with changes"
	}
	_, err := fmt.Fprintf(s.out, "%s, %s, %s\n", line, b.Go, b.Platform)
	return err
}
