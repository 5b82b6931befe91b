package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/testtime"
	"autointel.example/schemas"
)

// onASocket is the endpoint on a socket, as the service opens it.
func onASocket(t *testing.T) (*desk, string) {
	t.Helper()
	d := open(t)
	key, err := discord.PublicKey(d.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	addr, stop, err := lifecycle.Listen("127.0.0.1:0", (&Endpoint{Key: key, Intake: d.intake, Now: time.Now, Logger: logger}).Handler(), logger)
	if err != nil {
		t.Fatal(err)
	}
	d.SetEndpoint("http://" + addr + "/interactions")
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return d, addr
}

func dialTo(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(testtime.Limit(20 * time.Second))); err != nil {
		t.Fatal(err)
	}
	return conn
}

// served checks that a real interaction is answered within a second.
func (d *desk) served(t *testing.T, url string) {
	t.Helper()
	began := time.Now()
	if id, m := d.start(t, ann, url); !d.requested(t, id) || time.Since(began) > testtime.Limit(time.Second) {
		t.Errorf("after %v: %q", time.Since(began), text(m))
	}
}

func TestSlowClientsHoldNobodyUp(t *testing.T) {
	t.Parallel() // it waits more than it works
	d, addr := onASocket(t)
	var ended sync.WaitGroup
	for n := range 200 {
		begun := "POST /interactions HTTP/1.1\r\nHost: x\r\nX-Signature-Ed25519: 00\r\nX-"
		if n%2 == 0 { // headers in full, and a body that never comes
			begun = "POST /interactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
		}
		conn := dialTo(t, addr)
		if _, err := io.WriteString(conn, begun); err != nil {
			t.Fatal(err)
		}
		ended.Go(func() { // the server, not our own deadline, ends it
			_, err := io.Copy(io.Discard, conn)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Errorf("a client that says nothing is kept for 20 s")
			}
		})
	}
	d.served(t, "https://example.org/while-slow")
	ended.Wait()
}

func TestOversizedAndMalformedRequestsStartNothing(t *testing.T) {
	t.Parallel() // it waits more than it works
	d, addr := onASocket(t)
	signed := "X-Signature-Ed25519: " + strings.Repeat("00", 64) + "\r\nX-Signature-Timestamp: 1\r\n"
	inner := "POST /interactions HTTP/1.1\r\nHost: x\r\n" + signed + "Content-Length: 2\r\n\r\n{}"
	head := "POST /interactions HTTP/1.1\r\nHost: x\r\n" + signed
	for name, c := range map[string]struct {
		request string
		status  []int
	}{
		"a body over 1 MiB":                     {head + "Content-Length: 2000000\r\n\r\n" + strings.Repeat("x", 2_000_000), []int{413}},
		"a body without an announced end":       {head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("x", 0x10000)+"\r\n", 20), []int{413}},
		"headers over 1 MiB":                    {head + "X-A: " + strings.Repeat("a", 2_000_000) + "\r\n\r\n", []int{431}},
		"two lengths":                           {head + "Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" + inner, []int{400}},
		"a length with a sign":                  {head + "Content-Length: +2\r\n\r\n{}" + inner, []int{400}},
		"a negative length":                     {head + "Content-Length: -2\r\n\r\n{}", []int{400}},
		"a length and chunks":                   {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner, []int{400, 401}},
		"chunks under another name":             {head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", []int{400, 501}},
		"chunks twice":                          {head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", []int{400, 501}},
		"a space before the colon":              {head + "Content-Length : 2\r\n\r\n{}", []int{400}},
		"a header that is continued":            {head + " Content-Length: 2\r\n\r\n{}", []int{400, 401}},
		"a null in a header":                    {head + "X-A: a\x00b\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
		"no host":                               {"POST /interactions HTTP/1.1\r\n" + signed + "Content-Length: 2\r\n\r\n{}", []int{400}},
		"a chunk whose size is no number":       {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", []int{400, 401}},
		"another method":                        {"GET /interactions HTTP/1.1\r\nHost: x\r\n\r\n", []int{405}},
		"another path":                          {"POST /interactions/../metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", []int{301, 307, 404}},
		"a version of HTTP that does not exist": {"POST /interactions HTTP/9.9\r\nHost: x\r\n\r\n", []int{505}},
	} {
		conn := dialTo(t, addr)
		go func() { _, _ = io.WriteString(conn, c.request) }() // the server may answer, and close, before it has read all
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = resp.Body.Close()
		if !slices.Contains(c.status, resp.StatusCode) {
			t.Errorf("%s: %s, want one of %v", name, resp.Status, c.status)
		}
		_ = conn.Close()
	}
	d.served(t, "https://example.org/after")
	if all, err := d.client.Snapshot(t.Context(), []string{schemas.Root + ".>"}); err != nil || len(all) != 2 { // the real one, requested and acknowledged
		t.Errorf("%v, %v", all, err)
	}
}

func TestBadSignaturesInVolumeHoldNobodyUp(t *testing.T) {
	d, addr := onASocket(t)
	var refused atomic.Int32
	var group sync.WaitGroup
	stop := make(chan bool)
	for worker := range 8 {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
			defer client.CloseIdleConnections()
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/interactions", strings.NewReader(fmt.Sprintf(`{"type":2,"id":"%d%d"}`, worker, n)))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("X-Signature-Ed25519", strings.Repeat("ab", 64))
				req.Header.Set("X-Signature-Timestamp", fmt.Sprint(time.Now().Unix()))
				resp, err := client.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusUnauthorized {
					t.Error(resp.Status)
				}
				if refused.Add(1) == 2000 {
					close(stop)
				}
			}
		})
	}
	d.served(t, "https://example.org/while-forged")
	group.Wait()
}
