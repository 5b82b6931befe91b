package main

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"autointel.example/internal/telemetry"
)

func TestTheVersionIsThatOfTheMetricsAndOfTheFlag(t *testing.T) {
	code, stdout, _ := call(t.Context(), "version", "--json")
	var b telemetry.Build
	if err := json.Unmarshal([]byte(stdout), &b); code != 0 || err != nil || b.Version == "" || b.Platform != runtime.GOOS+"/"+runtime.GOARCH {
		t.Errorf("exit %d, %s (%v)", code, stdout, err)
	}
	if version, goVersion := telemetry.Version(); version != b.Version || goVersion != b.Go {
		t.Errorf("%s of %s, and %+v", version, goVersion, b)
	}
	if code, stdout, _ := call(t.Context(), "--version"); code != 0 || strings.TrimSpace(stdout) != b.Version {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if code, stdout, _ := call(t.Context(), "version"); code != 0 || !strings.HasPrefix(stdout, "autointel "+b.Version+", ") || strings.Count(stdout, "\n") != 1 {
		t.Errorf("exit %d, %s", code, stdout)
	}
}
