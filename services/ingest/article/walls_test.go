package article_test

import (
	"strings"
	"testing"

	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

func TestWhatStandsBeforeAText(t *testing.T) {
	some := "<article><p>" + strings.Repeat(sentence, 3) + "</p></article>"
	whole := "<article>" + strings.Repeat("<p>"+strings.Repeat(sentence, 4)+"</p>", 4) + "</article>"
	for _, c := range []struct{ name, head, body, limit, reason string }{
		{"a page without a wall", "", whole, "", ""},
		{"the publisher says that it costs", `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>`, whole, article.Paywall, ""},
		{"so does a meta element", `<meta property="article:content_tier" content="metered">`, whole, article.Paywall, ""},
		{"it says that it is free", `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>`, whole, "", ""},
		{"a teaser and an offer", "", some + `<div>Subscribe to continue reading.</div>`, article.Paywall, ""},
		{"einer auf Deutsch", "", some + `<div>Exklusiv für Abonnenten</div>`, article.Paywall, ""},
		{"a teaser and a box of that name", "", some + `<div class="c-paywall__box">Hello</div>`, article.Paywall, ""},
		{"a long text that speaks of subscriptions", "", whole + `<p>Already a subscriber?</p>`, "", ""},
		{"nothing but an offer", "", `<div class="paywall"><p>To read the full story, log in.</p></div>`, "", article.Paywall},
		{"nothing but a request for consent", "", `<div id="onetrust-banner"><p>We value your privacy. We and our partners store information on a device.</p><button>Accept all</button></div>`, "", article.CookieWall},
		{"une demande de consentement", "", `<main><p>Nous et nos partenaires utilisons des traceurs. ` + strings.Repeat("Vous pouvez modifier vos choix à tout moment dans ce menu. ", 6) + `</p><p>Continuer sans accepter</p></main>`, article.CookieWall, ""},
		{"an article that has a banner too", "", `<div id="onetrust-banner"><p>We use cookies.</p><button>Accept all</button></div>` + whole, "", ""},
		{"a page made by scripts", "", `<div id="root"></div><script src="/app.js"></script>`, "", article.ScriptOnly},
		{"that says so", "", `<noscript>You need to enable JavaScript to run this app.</noscript><div></div>`, "", article.ScriptOnly},
		{"a check for browsers", "", `<h1>Just a moment...</h1><form id="challenge-form"></form>`, "", article.ScriptOnly},
		{"an empty page", "", `<p>Hello.</p>`, "", "no_text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := article.Extract(page("<!doctype html><html><head>" + c.head + "</head><body>" + c.body + "</body></html>"))
			limit := ""
			for _, l := range s.Limits {
				limit += l.Code
			}
			if err != nil {
				limit = ""
			}
			if limit != c.limit || reason(err) != fetch.Reason(c.reason) {
				t.Errorf("limits %+v, %v", s.Limits, err)
			}
		})
	}
}

func TestPagesThatSayTheyAreAdvertising(t *testing.T) {
	text := "<p>" + strings.Repeat(sentence, 3) + "</p>"
	for _, c := range []struct{ name, head, body, want string }{
		{"a label over the heading", "", `<div><span>Sponsored content</span><h1>Tides</h1></div>` + text + text, "Sponsored content"},
		{"a label under it", "", `<h1>Tides</h1><div>Advertorial</div>` + text + text, "Advertorial"},
		{"eines auf Deutsch", "", `<h1>Tides</h1><div>Anzeigensonderveröffentlichung</div>` + text + text, "Anzeigensonderveröffentlichung"},
		{"who paid for it", "", `<h1>Tides</h1><p>Paid for by A Bank</p>` + text + text, "Paid for by A Bank"},
		{"a disclosure at the end", "", `<h1>Tides</h1>` + text + text + `<p>This article was sponsored by A Bank, which had no say in it.</p>`, "This article was sponsored by A Bank, which had no say in it."},
		{"markup", `<script type="application/ld+json">{"@type":"AdvertiserContentArticle","headline":"Tides"}</script>`, `<h1>Tides</h1>` + text, "schema.org: AdvertiserContentArticle"},
		{"presented with", "", `<div>Presented in partnership with <b>A Bank</b></div><h1>Tides</h1>` + text + text, "Presented in partnership with A Bank"},
		{"the name is a picture", "", `<div>Presented in partnership with <img src="a.png"></div><h1>Tides</h1>` + text + text, "Presented in partnership with"},
		{"content that is paid", "", `<h1>Tides</h1><p>Paid content from A Bank.</p>` + text + text, "Paid content from A Bank."},
		{"bezahlt", "", `<div>Anzeige in Kooperation mit der Bank</div><h1>Tides</h1>` + text + text, "Anzeige in Kooperation mit der Bank"},
		{"sponsorisé", "", `<h1>Tides</h1><div>Sponsorisé par la Banque</div>` + text + text, "Sponsorisé par la Banque"},
		{"patrocinado", "", `<h1>Tides</h1><div>Patrocinado por el Banco</div>` + text + text, "Patrocinado por el Banco"},
		{"sponsorizzato", "", `<div>Contenuto a pagamento</div><h1>Tides</h1>` + text + text, "Contenuto a pagamento"},
		{"a sentence that begins like a label", "", `<h1>Tides</h1><p>Sponsored by a bank, the festival drew nine thousand guests.</p>` + text + text, ""},
		{"une phrase", "", `<h1>Tides</h1><p>Financé par l'État, le pont relie les deux rives depuis trois ans.</p>` + text + text, ""},
		{"the heading of teasers at the end", "", `<h1>Tides</h1>` + text + text + `<p>Promoted content</p>`, ""},
		{"a teaser beside the article", "", `<h1>Tides</h1>` + text + `<aside><div>Sponsored</div><a href="/x">Buy</a></aside>` + text, ""},
		{"a banner", "", `<div>Advertisement</div><h1>Tides</h1>` + text + `<div>Anzeige</div>` + text, ""},
		{"an article about advertising", "", `<h1>Sponsored content and its readers</h1>` + text + `<p>The word sponsored by itself says little.</p>` + text, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := read(t, c.head, "<article>"+c.body+"</article>"); s.Sponsored != c.want {
				t.Errorf("%q, want %q", s.Sponsored, c.want)
			}
		})
	}
}

// TestPagesThatNameAPartner: whether the partner paid, the label does not say, and so the page does not say that it is advertising.
func TestPagesThatNameAPartner(t *testing.T) {
	text := "<p>" + strings.Repeat(sentence, 3) + "</p>"
	for body, want := range map[string]string{
		`<div>In collaboration with A Bank</div><h1>Tides</h1>`:                                                             "In collaboration with A Bank",
		`<h1>Tides</h1><div>In partnership with A Bank</div>`:                                                               "In partnership with A Bank",
		`<h1>Tides</h1><div>Presented by Ada Marsh</div>`:                                                                   "Presented by Ada Marsh",
		`<h1>Tides</h1><div>In Kooperation mit der Bank</div>`:                                                              "In Kooperation mit der Bank",
		`<h1>Tides</h1><div>En partenariat avec la Banque</div>`:                                                            "En partenariat avec la Banque",
		`<h1>Tides</h1><div>En colaboración con el Banco</div>`:                                                             "En colaboración con el Banco",
		`<h1>Tides</h1><div>In collaborazione con la Banca</div>`:                                                           "In collaborazione con la Banca",
		`<h1>Tides</h1><p>In collaboration with the city, the bank built a wall.</p>`:                                       "",
		`<h1>Tides</h1><p>In partnership with nine other towns the council asks for help in its fight against the sea.</p>`: "",
	} {
		if s := read(t, "", "<article>"+body+text+text+"</article>"); s.Partner != want || s.Sponsored != "" {
			t.Errorf("%s\n%q and %q, want %q", body, s.Partner, s.Sponsored, want)
		}
	}
}

func TestAPageAboutARecordingIsNoPageOfScripts(t *testing.T) {
	s := read(t, `<title>Talk</title><script src="/player.js"></script>`, `<h1>Talk</h1><video src="/v.mp4"><track src="/c.vtt" srclang="en"></video><p>The keeper speaks.</p>`)
	if s.Kind != article.Media || len(s.Limits) != 0 {
		t.Errorf("%s, %+v", s.Kind, s.Limits)
	}
}
