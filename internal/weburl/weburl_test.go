package weburl

import "testing"

func TestAddressesOfTheSamePageAreEqual(t *testing.T) {
	for _, same := range [][]string{
		{"https://www.example.org/a/", "http://example.org/a", "HTTPS://Example.org:443/a?utm_source=x#part", "https://example.org/a?fbclid=1"},
		{"https://example.org/a?b=1&c=2", "https://example.org/a?c=2&b=1&utm_medium=y"},
		{"https://example.org", "https://example.org/"},
	} {
		for _, u := range same[1:] {
			if Normalize(u) != Normalize(same[0]) {
				t.Errorf("%q and %q differ", u, same[0])
			}
		}
	}
	if Normalize("https://example.org/a") == Normalize("https://example.org/b") {
		t.Error("different pages are the same")
	}
}
