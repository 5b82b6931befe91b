package fetch_test

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"autointel.example/services/ingest/fetch"
)

// nameServer answers over UDP on the loopback: the first time that a name's address is asked for, by what stands first in its list,
// the next time by the next, and then by the last for ever. No answer may be kept.
type nameServer struct {
	mu      sync.Mutex
	answers map[string][][]netip.Addr // by name
	asked   map[string]int
}

// startNames makes every look-up of this process one at a server of its own, until the test ends.
func startNames(t *testing.T, answers map[string][][]netip.Addr) *nameServer {
	t.Helper()
	s := &nameServer{answers: answers, asked: map[string]int{}}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer, err := s.answer(buffer[:n]); err == nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	was := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = was
		_ = conn.Close()
		<-done
	})
	return s
}

func (s *nameServer) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	q := m.Questions[0]
	for _, addr := range s.next(strings.TrimSuffix(q.Name.String(), "."), q.Type) {
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: addr.As4()}})
		} else {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	return m.Pack()
}

// next are the addresses of a kind that a name has now.
func (s *nameServer) next(name string, kind dnsmessage.Type) []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	turns := s.answers[name]
	if len(turns) == 0 {
		return nil
	}
	key := name + kind.String()
	turn := turns[min(s.asked[key], len(turns)-1)]
	s.asked[key]++
	var of []netip.Addr
	for _, addr := range turn {
		if addr.Is4() == (kind == dnsmessage.TypeA) {
			of = append(of, addr)
		}
	}
	return of
}

// A name that meant the open internet when it was looked at may mean the inside when it is connected to: whoever owns the name decides.
func TestANameThatMeansSomethingElseWhenItIsConnectedToIsRefused(t *testing.T) {
	public := []netip.Addr{netip.MustParseAddr("93.184.215.14")}
	answers := map[string][][]netip.Addr{}
	for name, inside := range map[string][]string{
		"loopback.example": {"127.0.0.1"}, "metadata.example": {"169.254.169.254"}, "six.example": {"::1"}, "mapped.example": {"::ffff:127.0.0.1"},
		"translated.example": {"64:ff9b::7f00:1"}, "several.example": {"10.0.0.1", "127.0.0.1", "fd00::1"},
	} {
		var then []netip.Addr
		for _, raw := range inside {
			then = append(then, netip.MustParseAddr(raw))
		}
		answers[name] = [][]netip.Addr{public, then}
	}
	names := startNames(t, answers)
	allowed, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+strings.Trim(r.URL.Path, "/")+"/", http.StatusFound)
	})
	for name := range answers {
		seen, err := net.DefaultResolver.LookupHost(t.Context(), name)
		if err != nil || len(seen) != 1 || seen[0] != public[0].String() {
			t.Fatalf("a check of %s sees %v, %v", name, seen, err)
		}
		for _, raw := range []string{"http://" + name + "/", "https://" + name + "/", "http://" + name + ".:80/"} {
			if _, err := allowed.Get(t.Context(), raw, nil); reason(err) != fetch.PrivateAddress {
				t.Errorf("%s: %v", raw, err)
			}
		}
		if _, err := allowed.Get(t.Context(), url+"/"+name, nil); reason(err) != fetch.PrivateAddress {
			t.Errorf("a redirect to %s: %v", name, err)
		}
		names.mu.Lock()
		if names.asked[name+dnsmessage.TypeA.String()] < 5 {
			t.Errorf("%s was not looked up again: %v", name, names.asked)
		}
		names.mu.Unlock()
	}
}
