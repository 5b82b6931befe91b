package research

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"autointel.example/services/analyzer/claims"
)

// sitesOf returns the site of each document, the source first.
func sitesOf(in claims.Input) []string {
	sites := []string{""}
	if in.Source != nil {
		sites[0] = siteOf(in.Source.FinalURL, in.Source.URL)
	}
	if in.Related != nil {
		for _, d := range in.Related.Documents {
			sites = append(sites, siteOf(d.Source.FinalURL, d.Source.URL))
		}
	}
	return sites
}

// siteOf returns the registrable domain of the first address that has one, so that one publisher counts once whatever its
// subdomains: news.example.co.uk is example.co.uk. A host without one, as an IP address, counts as itself.
func siteOf(addresses ...string) string {
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || u.Hostname() == "" {
			continue
		}
		host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
		if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			return site
		}
		return host
	}
	return ""
}
