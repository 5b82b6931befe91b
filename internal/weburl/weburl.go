// Package weburl says when two addresses are of the same page.
package weburl

import (
	"net/url"
	"slices"
	"strings"
)

// tracking are query parameters that say where a reader came from, not what is read.
var tracking = []string{"fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "ref", "ref_src"}

// Normalize makes addresses of the same page equal: without scheme, www, tracking parameters, fragment and a slash at the
// end. What it returns is for comparing, not for fetching.
func Normalize(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return strings.ToLower(strings.TrimSpace(raw))
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443")
	q := u.Query()
	for k := range q {
		if strings.HasPrefix(k, "utm_") || slices.Contains(tracking, k) {
			q.Del(k)
		}
	}
	out := host + strings.TrimRight(u.EscapedPath(), "/")
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}
