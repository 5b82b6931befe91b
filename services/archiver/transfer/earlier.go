package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/weburl"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// Owner is whose results of the earlier system are: it did not say.
type Owner struct{ UserID, GuildID string }

// ImportEarlier puts the results that the earlier system left in a directory, one JSON file a workflow, and says how many.
// That system did not write its files in one piece, so some may be cut off: each such file is reported by its name and
// keeps no other out. It may be repeated.
func ImportEarlier(ctx context.Context, store archive.Store, dir string, owner Owner, now time.Time, each func(n int)) (int, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return 0, err
	}
	if len(names) == 0 {
		return 0, fmt.Errorf("there are no .json files in %s: name the earlier system's data/orphaned_results", dir)
	}
	slices.Sort(names)
	var bad []error
	n := 0
	for _, name := range names {
		r, err := readEarlier(name, owner, now)
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", filepath.Base(name), err))
			continue
		}
		if err := store.Put(ctx, r); err != nil {
			return n, errors.Join(append(bad, fmt.Errorf("%s: %w", filepath.Base(name), err))...)
		}
		n++
		if each != nil {
			each(n)
		}
	}
	return n, errors.Join(bad...)
}

// earlier is a file of the earlier system. An older form of it has the command at the top.
type earlier struct {
	WorkflowID string          `json:"workflow_id"`
	Timestamp  float64         `json:"timestamp"` // seconds since 1970
	URL        string          `json:"url"`
	Depth      string          `json:"depth"`
	Results    json.RawMessage `json:"results"`
	Info       struct {
		Status string `json:"status"`
	} `json:"retrieval_info"`
}

// maxFile bounds a file, in bytes.
const maxFile = 64 << 20

func readEarlier(name string, owner Owner, now time.Time) (archive.Record, error) {
	f, err := os.Open(name)
	if err != nil {
		return archive.Record{}, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return archive.Record{}, err
	}
	var e earlier
	switch err := json.Unmarshal(content, &e); {
	case len(content) > maxFile:
		return archive.Record{}, fmt.Errorf("larger than %d MiB", maxFile>>20)
	case len(strings.TrimSpace(string(content))) == 0:
		return archive.Record{}, errors.New("empty: it was not written to its end")
	case err != nil:
		return archive.Record{}, fmt.Errorf("not whole, or no JSON: %w", err)
	case !schemas.ValidWorkflow(e.WorkflowID):
		return archive.Record{}, fmt.Errorf("%q is not a workflow id", e.WorkflowID)
	case len(e.Results) == 0 || string(e.Results) == "null":
		return archive.Record{}, errors.New("it holds no results")
	}
	return e.record(owner, now)
}

// record makes a report of what the earlier system had found: its own JSON, whole, and a text of it to read and to search.
func (e earlier) record(owner Owner, now time.Time) (archive.Record, error) {
	ended := time.UnixMilli(int64(math.Round(e.Timestamp * 1000))).UTC()
	pretty, err := json.MarshalIndent(e.Results, "", "  ")
	if err != nil {
		return archive.Record{}, err
	}
	headline := "A result of the earlier system, imported as it was."
	report := schemas.Report{
		WorkflowID: e.WorkflowID, URL: e.URL, SourceURL: e.URL, Depth: e.Depth, CreatedAt: ended, RequestedAt: ended, Headline: headline, Imported: e.Results,
		Markdown: fmt.Sprintf("# %s\n\n**%s**\n\nIt ended at %s, at depth %s, and could not be delivered then.\n\n```json\n%s\n```\n",
			strings.ReplaceAll(e.URL, "\n", " "), headline, ended.Format(time.RFC3339), e.Depth, strings.ReplaceAll(string(pretty), "```", "'''")),
	}
	result, err := json.Marshal(report)
	if err != nil {
		return archive.Record{}, err
	}
	sum := sha256.Sum256(result)
	return archive.Record{
		WorkflowID: e.WorkflowID, URL: e.URL, Normalized: weburl.Normalize(e.URL), Depth: e.Depth, Outcome: "completed", UserID: owner.UserID,
		GuildID: owner.GuildID, RequestedAt: ended, Digest: hex.EncodeToString(sum[:]), Result: result,
		Undelivered: true, UndeliveredReason: "imported",
		// Retention is counted from the import: by their own time most of them would be removed within the hour.
		EndedAt: now.UTC().Truncate(time.Millisecond), ArchivedAt: now.UTC().Truncate(time.Millisecond),
	}, nil
}
