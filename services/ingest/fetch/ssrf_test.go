package fetch_test

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"autointel.example/services/ingest/fetch"
)

// inside is what no page may lead to: every range that is private, reserved or of a network's own, in every spelling.
var inside = []string{
	"0.0.0.0", "0.1.2.3", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3", "169.254.0.1", "169.254.169.254",
	"172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
	"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	"[::]", "[::1]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[fec0::1]",
	"[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:7f00:1]", // IPv4 in IPv6
	"[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::1]", "[2002:a00:1::]", "[2001:0:7f00:1::]",
}

func TestNothingInsideIsFetched(t *testing.T) {
	c := fetch.New(fetch.Options{})
	defer c.Close()
	for _, host := range inside {
		for _, raw := range []string{"http://" + host + "/", "https://" + host + "/", "http://" + host + ":8080/x"} {
			if _, err := c.Get(t.Context(), raw, nil); reason(err) != fetch.PrivateAddress {
				t.Errorf("%s: %v", raw, err)
			}
		}
	}
}

func TestNoPageLeadsInside(t *testing.T) {
	c, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
		host := inside[0]
		if n, err := strconv.Atoi(strings.Trim(r.URL.Path, "/")); err == nil {
			host = inside[n]
		}
		http.Redirect(w, r, "http://"+host+"/", http.StatusFound)
	})
	for n, host := range inside {
		if _, err := c.Get(t.Context(), url+"/"+strconv.Itoa(n), nil); reason(err) != fetch.PrivateAddress {
			t.Errorf("a redirect to %s: %v", host, err)
		}
	}
}

// A name is looked up once more between any check of it and the connection, and may then mean something else. So what is
// checked is the address that is connected to: a name that means the inside is refused at that moment, by whatever it was called.
func TestANameThatMeansTheInsideIsRefusedWhereItConnects(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	connected := make(chan bool, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			connected <- true
			_ = conn.Close()
		}
	}()
	c := fetch.New(fetch.Options{})
	defer c.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, host := range []string{"localhost", "LOCALHOST", "localhost."} {
		_, err := c.Get(t.Context(), "http://"+host+":"+port+"/", nil)
		if got := reason(err); got != fetch.PrivateAddress && got != fetch.Unreachable {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(connected) > 0 {
		t.Error("somebody connected to the inside")
	}
}

func TestOtherSchemesAndPortsAreRefused(t *testing.T) {
	c := fetch.New(fetch.Options{})
	defer c.Close()
	for _, raw := range []string{
		"file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://example.org/", "dict://127.0.0.1:11211/",
		"data:text/html,x", "javascript:alert(1)", "jar:http://example.org!/", "ldap://127.0.0.1/", "unix:///var/run/docker.sock", "ws://example.org/",
	} {
		if _, err := c.Get(t.Context(), raw, nil); reason(err) != fetch.UnsupportedScheme && reason(err) != fetch.InvalidURL {
			t.Errorf("%s: %v", raw, err)
		}
	}
	for _, raw := range []string{"http://1.1.1.1:22/", "http://1.1.1.1:6379/", "http://[2606:4700:4700::1111]:25/", "http://1.1.1.1:4222/"} {
		if _, err := c.Get(t.Context(), raw, nil); reason(err) != fetch.PrivateAddress {
			t.Errorf("a port that serves no pages, %s: %v", raw, err)
		}
	}
}
