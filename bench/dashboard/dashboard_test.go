package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/program"
)

const ours = "../../deploy/monitoring/dashboards/autointel.json"

// answering is a Prometheus that has one line for every query but one, and notes what it was asked.
func answering(t *testing.T, asked *[]string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.FormValue("query")
		*asked = append(*asked, query)
		if strings.Contains(query, "autointel_workflows_running") {
			_, _ = io.WriteString(w, `{"status":"success","data":{"result":[]}}`)
			return
		}
		at, err := time.Parse(time.RFC3339Nano, r.FormValue("start"))
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"result": []any{
			map[string]any{"metric": map[string]string{"consumer": "a<b", "depth": "deep"}, "values": [][2]any{{float64(at.Unix()), "0.5"}, {float64(at.Unix() + 30), "NaN"}, {float64(at.Unix() + 60), "2"}}},
		}}})
	}))
	t.Cleanup(server.Close)
	return server
}

func TestOurDashboardIsDrawn(t *testing.T) {
	var asked []string
	out := filepath.Join(t.TempDir(), "picture.svg")
	o := options{Board: ours, Prometheus: answering(t, &asked).URL, Last: time.Minute, Rate: 20 * time.Second, Out: out}
	if err := o.run(t.Context(), time.Unix(1_800_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(string(picture))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
	for _, want := range []string{"Workflows running", "No data", "a&lt;b", "deep, half", "2027-01-15 07:59:00", "200 %"} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	all := strings.Join(asked, "\n")
	if strings.Contains(all, "$__") || !strings.Contains(all, "[20s]") {
		t.Errorf("a variable is left, or the interval missing:\n%s", all)
	}
}

func TestWhatCannotBeDrawnIsSaid(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"status":"error","error":"parse error"}`)
	}))
	defer refusing.Close()
	empty := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(empty, []byte(`{"title":"none"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]options{
		"parse error":      {Board: ours, Prometheus: refusing.URL, Last: time.Minute, Rate: time.Minute},
		"--prometheus":     {Board: ours, Prometheus: "http://127.0.0.1:1", Last: time.Minute, Rate: time.Minute},
		"it has no panels": {Board: empty, Last: time.Minute, Rate: time.Minute},
		"--last":           {Board: ours, Rate: time.Minute},
	} {
		o.Out = filepath.Join(t.TempDir(), "picture.svg")
		err := o.run(t.Context(), time.Now())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		var usage *program.UsageError
		if errors.As(err, &usage) != (want == "--last") {
			t.Errorf("%v is of the wrong kind", err)
		}
		if _, err := os.Stat(o.Out); err == nil {
			t.Error("a picture was written all the same")
		}
	}
}
