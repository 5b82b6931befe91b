package transfer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
	"autointel.example/services/archiver/transfer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T) archive.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var ended = time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)

func TestWhatIsExportedIsImportedAsItWas(t *testing.T) {
	from, to := open(t), open(t)
	result := []byte(`{"markdown":"the keeper of the gauge", "spaces":  "kept <as> they & are"}`)
	for n := range 450 { // more than two pages
		r := archive.Record{
			WorkflowID: "wf_" + strings.Repeat("0", 29) + string(rune('a'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10)), URL: "https://example.org", Normalized: "example.org",
			Outcome: "completed", UserID: "1", EndedAt: ended.Add(time.Duration(n/3) * time.Second), Result: result, Digest: "d", Undelivered: n%2 == 0,
		}
		if err := from.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	found, err := from.Find(t.Context(), archive.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := from.Retrieved(t.Context(), found[0].WorkflowID, ended); err != nil {
		t.Fatal(err)
	}
	var moved bytes.Buffer
	if n, err := transfer.Export(t.Context(), from, archive.Query{}, &moved, nil); n != 450 || err != nil {
		t.Fatalf("%d exported, %v", n, err)
	}
	content := moved.Bytes()
	for range 2 { // once more changes nothing
		if n, err := transfer.Import(t.Context(), to, bytes.NewReader(content), nil); n != 450 || err != nil {
			t.Fatalf("%d imported, %v", n, err)
		}
	}
	var again bytes.Buffer
	if _, err := transfer.Export(t.Context(), to, archive.Query{}, &again, nil); err != nil || !bytes.Equal(again.Bytes(), content) {
		t.Errorf("what was imported is not what was exported: %v", err)
	}
	if list, err := to.Find(t.Context(), archive.Query{Words: "keeper", Limit: 500}); err != nil || len(list) != 450 {
		t.Errorf("%d are found by their words, %v", len(list), err)
	}
}

func TestABadLineKeepsNoOtherOut(t *testing.T) {
	s := open(t)
	n, err := transfer.Import(t.Context(), s, strings.NewReader("{\n{}\n\n{\"workflow_id\":\"wf_1\",\"ended_at\":\"2026-01-02T03:04:05Z\"}\n"), nil)
	if n != 1 || err == nil || !strings.Contains(err.Error(), "line 1:") || !strings.Contains(err.Error(), "line 2:") {
		t.Errorf("%d, %v", n, err)
	}
}

func TestFilesOfTheEarlierSystem(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"wf_1696291234.json":           `{"workflow_id": "wf_1696291234", "timestamp": 1696291234.567, "url": "https://www.example.org/a", "depth": "experimental", "results": {"deception_score": 0.2, "briefing": {"executive_summary": "the keeper"}}, "retrieval_info": {"command": "/retrieve_results workflow_id:wf_1696291234", "file_path": "x", "status": "session_closed_during_workflow"}}`,
		"autointel_1696291234_42.json": `{"workflow_id": "autointel_1696291234_42", "timestamp": 1696291234, "url": "https://example.org/b", "depth": "deep", "results": {"a": 1}, "retrieval_command": "/retrieve_results autointel_1696291234_42"}`,
		"wf_1.json":                    `{"workflow_id": "wf_1", "timestamp": 1696291234.5, "url": "https://exa`,
		"wf_2.json":                    ``,
		"wf_3.json":                    `{"workflow_id": "../../etc/passwd", "results": {}}`,
		"wf_4.json":                    `{"workflow_id": "wf_4", "timestamp": 1, "url": "u", "depth": "deep"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t)
	n, err := transfer.ImportEarlier(t.Context(), s, dir, transfer.Owner{UserID: "7"}, ended, nil)
	if n != 2 || err == nil {
		t.Fatalf("%d, %v", n, err)
	}
	for _, name := range []string{"wf_1.json", "wf_2.json", "wf_3.json", "wf_4.json"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not reported: %v", name, err)
		}
	}
	r, err := s.Get(t.Context(), "wf_1696291234")
	if err != nil || r.UserID != "7" || !r.Undelivered || r.RequestedAt.UnixMilli() != 1696291234567 || !r.EndedAt.Equal(ended) {
		t.Errorf("%+v, %v", r, err)
	}
	if !bytes.Contains(r.Result, []byte(`"imported":{"deception_score":0.2,"briefing":{"executive_summary":"the keeper"}}`)) {
		t.Errorf("%s", r.Result)
	}
	if list, err := s.Find(t.Context(), archive.Query{Words: "executive keeper"}); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := transfer.ImportEarlier(t.Context(), s, t.TempDir(), transfer.Owner{}, ended, nil); err == nil {
		t.Error("an empty directory is no error")
	}
}
