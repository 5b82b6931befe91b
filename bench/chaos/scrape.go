package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// targetsFile is where a Prometheus finds the services of a run: a file of its file_sd_configs.
const targetsFile = "targets.json"

// scraped writes where the services have their metrics.
func (h *house) scraped() error {
	type target struct {
		Targets []string          `json:"targets"`
		Labels  map[string]string `json:"labels"`
	}
	var all []target
	for i, r := range h.services {
		all = append(all, target{[]string{h.health[i]}, map[string]string{"job": "autointel", "instance": r.name}})
	}
	content, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(h.dir, targetsFile), content, 0o600)
}
