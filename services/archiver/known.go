package archiver

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// Bounds of what is known. A report is some hundred kilobytes of JSON that is read for a few lines of it; an answer fits into a
// message of NATS, which is a megabyte by default.
const (
	knownNewest   = 100 // reports that are looked at whatever they are about
	knownOfURL    = 20  // of each address
	knownOfName   = 10  // of each name
	knownURLs     = 4
	knownNames    = 8
	knownMost     = 200
	knownBytes    = 700 << 10
	knownEntities = 40
)

// known says what earlier reports say about themselves.
func (s *Service) known(ctx context.Context, question []byte) (any, error) {
	var q schemas.ArchiveKnown
	if json.Unmarshal(question, &q) != nil || q.Requester.UserID == "" {
		return nil, jetstream.ErrQuestion
	}
	records, more, err := s.candidates(ctx, q)
	if err != nil {
		return nil, err
	}
	answer := schemas.ArchiveKnowledge{Reports: []schemas.KnownReport{}, Truncated: more}
	size := 0
	for _, r := range records {
		report, err := s.knownReport(ctx, r)
		if errors.Is(err, archive.ErrNotFound) { // it has just been removed, or has no report that can be read
			continue
		}
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(report)
		if err != nil {
			return nil, err
		}
		if size += len(raw); size > knownBytes {
			answer.Truncated = true
			break
		}
		answer.Reports = append(answer.Reports, report)
	}
	return answer, nil
}

// candidates finds the records whose reports are looked at: those of the addresses come first where there are too many, then
// those of the names, then the newest. They are returned newest first.
func (s *Service) candidates(ctx context.Context, q schemas.ArchiveKnown) (records []archive.Record, more bool, err error) {
	var queries []archive.Query
	for _, u := range q.URLs[:min(len(q.URLs), knownURLs)] {
		if u != "" {
			queries = append(queries, archive.Query{URL: u, Limit: knownOfURL})
		}
	}
	for _, n := range q.Names[:min(len(q.Names), knownNames)] {
		if strings.TrimSpace(n) != "" {
			queries = append(queries, archive.Query{Words: n, Limit: knownOfName})
		}
	}
	queries = append(queries, archive.Query{Limit: knownNewest})
	seen := map[string]bool{}
	for _, find := range queries {
		find.Viewer, find.Since = &q.Requester, s.Now().Add(-s.Retention)
		if public(q.Requester) {
			find.GuildID = q.Requester.GuildID
		}
		found, err := s.Store.Find(ctx, find)
		if err != nil {
			return nil, false, err
		}
		more = len(found) == knownNewest // of the last query
		for _, r := range found {
			if seen[r.WorkflowID] || len(records) == knownMost || r.Outcome != workflow.Completed || !nameable(r, q.Requester) {
				continue
			}
			seen[r.WorkflowID] = true
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, func(a, b archive.Record) int {
		if c := b.EndedAt.Compare(a.EndedAt); c != 0 {
			return c
		}
		return strings.Compare(b.WorkflowID, a.WorkflowID)
	})
	return records, more, nil
}

// public reports whether others see the answer to a request.
func public(who schemas.Requester) bool { return who.GuildID != "" && !who.Private }

// nameable reports whether the answer to a request may name a record: only one that its requester may see and, where others see
// the answer, only one of their guild that is not private. What somebody had looked into in private stays there.
func nameable(r archive.Record, who schemas.Requester) bool {
	return archive.Allowed(r, who) && (!public(who) || r.GuildID == who.GuildID && !r.Private)
}

// knownReport reads a record's report for what it says about its source.
func (s *Service) knownReport(ctx context.Context, r archive.Record) (schemas.KnownReport, error) {
	if known, ok := s.reports.get(r.WorkflowID); ok {
		return known, nil
	}
	whole, err := s.Store.Get(ctx, r.WorkflowID)
	if err != nil {
		return schemas.KnownReport{}, err
	}
	var report struct { // of schemas.Report what is needed: the rest is passed over, not built
		Title      string   `json:"title"`
		SiteName   string   `json:"site_name"`
		Authors    []string `json:"authors"`
		SourceURL  string   `json:"source_url"`
		SourceHash string   `json:"source_digest"`
		Analysis   *struct {
			Fingerprint []uint32 `json:"fingerprint"`
			Entities    []struct {
				Name string `json:"name"`
			} `json:"entities"`
		} `json:"analysis"`
		Assessment *struct {
			Trust struct {
				Score int `json:"score"`
			} `json:"trust"`
		} `json:"assessment"`
	}
	if json.Unmarshal(whole.Result, &report) != nil {
		return schemas.KnownReport{}, archive.ErrNotFound
	}
	k := schemas.KnownReport{
		Workflow: r.WorkflowID, URL: r.URL, SourceURL: report.SourceURL, Title: report.Title, SiteName: report.SiteName, Authors: report.Authors, EndedAt: r.EndedAt.UTC(),
		Digest: report.SourceHash,
	}
	if a := report.Analysis; a != nil {
		k.Fingerprint = a.Fingerprint
		for _, e := range a.Entities[:min(len(a.Entities), knownEntities)] {
			k.Entities = append(k.Entities, e.Name)
		}
	}
	if report.Assessment != nil {
		k.Trust = &report.Assessment.Trust.Score
	}
	s.reports.put(k)
	return k, nil
}

// reportCache keeps what was read of reports, which never change: of 100 reports of 200 kB that takes a quarter of a second. A
// record that was removed is not found any more, so what is kept of it here is never shown.
type reportCache struct {
	mu         sync.Mutex
	young, old map[string]schemas.KnownReport
}

// generation is how many reports a generation holds; there are two. A report takes some 3 kB.
const generation = 4096

func (c *reportCache) get(id string) (schemas.KnownReport, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.young[id]
	if !ok {
		if r, ok = c.old[id]; ok {
			c.add(r)
		}
	}
	return r, ok
}

func (c *reportCache) put(r schemas.KnownReport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(r)
}

// add adds to the young generation. When that is full it becomes the old one, and what was old is forgotten.
func (c *reportCache) add(r schemas.KnownReport) {
	if len(c.young) >= generation || c.young == nil {
		c.young, c.old = map[string]schemas.KnownReport{}, c.young
	}
	c.young[r.Workflow] = r
}
