//go:build integration

package postgres_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/conformance"
	"autointel.example/services/archiver/pgtest"
	"autointel.example/services/archiver/postgres"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	server := pgtest.Start(t)
	conformance.Run(t, func(t *testing.T) archive.Store {
		s, err := postgres.Open(t.Context(), server.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestSeveralStoresOnOneDatabaseAreOneArchive(t *testing.T) {
	url := pgtest.Start(t).Database(t)
	var stores []*postgres.Store
	var mu sync.Mutex
	var group sync.WaitGroup
	for range 4 { // all of them find an empty database, and one makes the tables
		group.Go(func() {
			s, err := postgres.Open(t.Context(), url)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			stores = append(stores, s)
			mu.Unlock()
		})
	}
	group.Wait()
	defer func() {
		for _, s := range stores {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}()
	ended := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, s := range stores {
		group.Go(func() {
			for n := range 50 {
				if err := s.Put(t.Context(), archive.Record{WorkflowID: "wf_" + strings.Repeat("0", n), EndedAt: ended}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n, err := stores[0].Count(t.Context()); n != 50 || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
	var removed int
	for _, s := range stores {
		group.Go(func() {
			for {
				gone, err := s.Expire(t.Context(), ended.Add(time.Second), 5)
				if err != nil {
					t.Error(err)
				}
				if len(gone) == 0 {
					return
				}
				mu.Lock()
				removed += len(gone)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if removed != 50 {
		t.Errorf("%d removed", removed)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, url := range []string{"postgres://u:geheim@127.0.0.1:1/x?connect_timeout=1", "mysql://u:geheim@h/x", "postgres://%"} {
		s, err := postgres.Open(t.Context(), url)
		if err == nil {
			_ = s.Close()
			t.Errorf("%s was opened", url)
		} else if strings.Contains(err.Error(), "geheim") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

func TestAReadOnlyDatabaseIsNotReady(t *testing.T) {
	url := pgtest.Start(t).Database(t)
	s, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := pool.Exec(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`); err != nil {
		t.Fatal(err)
	}
	again, err := postgres.Open(t.Context(), url) // its tables are there, so there is nothing to write yet
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if err := again.Ping(t.Context()); err == nil {
		t.Error("a read-only database is ready")
	}
}

func TestInspectingADatabaseChangesNothing(t *testing.T) {
	url := pgtest.Start(t).Database(t)
	newest, err := postgres.Newest()
	if err != nil || newest < 2 {
		t.Fatalf("%d, %v", newest, err)
	}
	for range 2 {
		if s, err := postgres.Inspect(t.Context(), url); err != nil || s.Version != 0 {
			t.Errorf("an empty one: %+v, %v", s, err)
		}
	}
	store, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), archive.Record{WorkflowID: "wf_1", Depth: "deep", Outcome: "completed", EndedAt: time.Now()}); err != nil {
		t.Error(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	if s, err := postgres.Inspect(t.Context(), url); err != nil || s.Version != newest || s.Records != 1 || s.Bytes == 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
