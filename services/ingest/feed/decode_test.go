package feed_test

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"autointel.example/services/ingest/feed"
)

func TestAFeedInAnyEncoding(t *testing.T) {
	const rest = `<rss version="2.0"><channel><title>Дамба</title><item><guid>1</guid><title>Гавань</title><description>Причал затопило шесть раз за зиму, сказал смотритель.</description></item></channel></rss>`
	for name, c := range map[string]struct {
		first, contentType string
		in                 encoding.Encoding
	}{
		"as it declares":                     {`<?xml version="1.0" encoding="windows-1251"?>`, "text/xml", charmap.Windows1251},
		"as its server declares":             {"", "application/rss+xml; charset=windows-1251", charmap.Windows1251},
		"its own declaration before another": {`<?xml version="1.0" encoding='koi8-r'?>`, "text/xml; charset=windows-1251", charmap.KOI8R},
		"UTF-8, whatever it declares":        {`<?xml version="1.0" encoding="iso-8859-1" standalone="yes"?>`, "text/xml; charset=iso-8859-1", encoding.Nop},
		"not UTF-8, as it declares":          {`<?xml version="1.0" encoding="UTF-8"?>`, "text/xml; charset=windows-1251", charmap.Windows1251},
		"UTF-16":                             {`<?xml version="1.0" encoding="utf-16"?>`, "text/xml", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		"a mark, after lines that are blank": {"\n\n\ufeff<?xml version='1.0' encoding='utf-8'?>", "text/xml", encoding.Nop},
	} {
		body, err := c.in.NewEncoder().Bytes([]byte(c.first + rest))
		if err != nil {
			t.Fatal(err)
		}
		f, err := feed.Parse(feed.Decode(body, c.contentType), at)
		if err != nil || f.Title != "Дамба" || f.Items[0].Title != "Гавань" {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestAFeedThatIsPartlyBroken(t *testing.T) {
	f, err := feed.Parse(feed.Decode([]byte("<rss><channel><title>A&nbsp;B</title><item><guid>1</guid><title>R&D \x0b here</title></item></channel></rss>"), "text/xml"), at)
	if err != nil || f.Title != "A B" || f.Items[0].Title != "R&D here" {
		t.Errorf("%+v, %v", f, err)
	}
}
