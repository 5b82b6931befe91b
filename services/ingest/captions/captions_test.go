package captions_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
)

const vtt = "WEBVTT\nKind: captions\n\nSTYLE\n::cue(.a) { color: red }\n\nREGION\nid:fred\n\nNOTE a remark\nover two lines\n\n" +
	"00:00:01.000 --> 00:00:03.000 align:start\n<v Ann>Tom &amp; I <c.loud>measured</c> it.\n\n" +
	"twice\n00:00:03.500 --> 00:00:05.000\n<v Ann>Tom &amp; I measured it.\nTwice.\n\n" +
	"00:00:20.000 --> 00:00:22.000\n<v Ben>And then?</v> <v Ann>Then it rose.\n"

const rolling = "WEBVTT\nKind: captions\nLanguage: en\n\n" +
	"00:00:00.160 --> 00:00:02.389 align:start position:0%\n \nso<00:00:00.400><c> today</c><00:00:00.719><c> we</c>\n\n" +
	"00:00:02.389 --> 00:00:02.399 align:start position:0%\nso today we\n \n\n" +
	"00:00:02.399 --> 00:00:05.000 align:start position:0%\nso today we\nmeasure<00:00:02.800><c> the</c><00:00:03.100><c> sea</c>\n\n" +
	"00:00:05.000 --> 00:00:05.010 align:start position:0%\nmeasure the sea\n \n\n" +
	"00:00:05.010 --> 00:00:07.000 align:start position:0%\nmeasure the sea\n[Music]\n\n" +
	"00:00:07.000 --> 00:00:09.000 align:start position:0%\n[Music]\n&gt;&gt; and<00:00:07.400><c> then</c>\n"

// lines writes a transcript down as a line for each cue, and then its paragraphs.
func lines(t schemas.Transcript) string {
	var b strings.Builder
	for _, c := range t.Cues {
		if c.Speaker != "" {
			b.WriteString(c.Speaker + ": ")
		}
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, body, format, want string }{
		{"WebVTT with notes, styles, a region, voices and a line that is shown again", vtt, captions.WebVTT, "Ann: Tom & I measured it.\nAnn: Twice.\nBen: And then?\nAnn: Then it rose.\n"},
		{"CRLF and a byte order mark", "\ufeff" + strings.ReplaceAll(vtt, "\n", "\r\n"), captions.WebVTT, "Ann: Tom & I measured it.\nAnn: Twice.\nBen: And then?\nAnn: Then it rose.\n"},
		{"old ends of lines", strings.ReplaceAll(vtt, "\n", "\r"), captions.WebVTT, "Ann: Tom & I measured it.\nAnn: Twice.\nBen: And then?\nAnn: Then it rose.\n"},
		{"captions that roll, with the time of each word", rolling, captions.WebVTT, "so today we\nmeasure the sea\nand then\n"},
		{"a space that was trimmed", strings.ReplaceAll(rolling, "\n \n", "\n\n"), captions.WebVTT, "so today we\nmeasure the sea\nand then\n"},
		{"a cue without words before one with a name", "WEBVTT\n\n00:01.000 --> 00:02.000\n\nname\n00:02.000 --> 00:03.000\nWords.\n", captions.WebVTT, "Words.\n"},
		{"SubRip", "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>Two.</i> {\\an8}And\\Nthree.\n", captions.SRT, "One.\nTwo. And three.\n"},
		{"Latin-1", "1\n00:00:01,000 --> 00:00:02,000\nCaf\xe9.\n", captions.SRT, "Café.\n"},
		{"UTF-16", "\xff\xfe" + utf16("1\n00:00:01,000 --> 00:00:02,000\nÜber.\n"), captions.SRT, "Über.\n"},
		{"UTF-16 without its mark", utf16("1\n00:00:01,000 --> 00:00:02,000\nUnder.\n"), captions.SRT, "Under.\n"},
		{"a broken character in UTF-8", "1\n00:00:01,000 --> 00:00:02,000\nCafé Ö\xe9.\n", captions.SRT, "Café Ö\uFFFD.\n"},
		{"an empty line inside of a cue", "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nand a half.\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n", captions.SRT, "One and a half.\nTwo.\n"},
		{"no line between cues, and a year at the end", "1\n00:00:01,000 --> 00:00:02,000\nIt was\n1894\n2\n00:00:02,000 --> 00:00:03,000\nTwo.", captions.SRT, "It was 1894\nTwo.\n"},
		{"no numbers", "00:00:01,000 --> 00:00:02,000\nIt was\n1894\n\n00:00:02,000 --> 00:00:03,000\nTwo.", captions.SRT, "It was 1894\nTwo.\n"},
		{"two who speak at once", "1\n00:00:01,000 --> 00:00:02,000\n- Are you there?\n- No.\n", captions.SRT, "Are you there?\nNo.\n"},
		{"names in capitals hold until the next", "1\n00:00:01,000 --> 00:00:02,000\nANN: One.\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n\n3\n00:00:03,000 --> 00:00:04,000\n>> DR. BEN LEE: Three.\n\n4\n00:00:04,000 --> 00:00:05,000\n>> Four.\n", captions.SRT, "ANN: One.\nANN: Two.\nDR. BEN LEE: Three.\nFour.\n"},
		{"a remark after a name", "1\n00:00:01,000 --> 00:00:02,000\nDR. LEE (V.O.): One.\n\n2\n00:00:02,000 --> 00:00:03,000\nANN [on the telephone]: Two.\n\n3\n00:00:03,000 --> 00:00:04,000\nIt rose (a little) here: three.\n", captions.SRT, "DR. LEE: One.\nANN: Two.\nANN: It rose (a little) here: three.\n"},
		{"an address alone", "1\n00:00:01,000 --> 00:00:02,000\nwww.OpenSubtitles.org\n\n2\n00:00:02,000 --> 00:00:03,000\nSee www.example.org\n\n3\n00:00:03,000 --> 00:00:04,000\nhttps://example.org/x\n", captions.SRT, "See www.example.org\n"},
		{"other names, which come twice", "1\n00:00:01,000 --> 00:00:02,000\nSarah: Note: one.\n\n2\n00:00:02,000 --> 00:00:03,000\nSpeaker 2: Two.\n\n3\n00:00:03,000 --> 00:00:04,000\nSarah: Three.\n\n4\n00:00:04,000 --> 00:00:05,000\nSpeaker 2: At 12:30.", captions.SRT, "Sarah: Note: one.\nSpeaker 2: Two.\nSarah: Three.\nSpeaker 2: At 12:30.\n"},
		{"sounds", "1\n00:00:01,000 --> 00:00:02,000\n[Music] (APPLAUSE) Thank you (laughs) all (and you).\n\n2\n00:00:02,000 --> 00:00:03,000\n♪ Rise, water ♪\n\n3\n00:00:03,000 --> 00:00:04,000\n(the wind howls)\n\n4\n00:00:04,000 --> 00:00:05,000\nIt is [inaudible] (Beifall) metres.", captions.SRT, "Thank you all (and you).\nRise, water\nIt is [inaudible] metres.\n"},
		{"what two people say after each other", "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:02,000 --> 00:00:03,000\nNo.\n\n3\n00:00:03,000 --> 00:00:04,000\nYes.", captions.SRT, "No.\nNo.\nYes.\n"},
		{"a cue that is there twice", "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:01,000 --> 00:00:02,000\nNo.\n", captions.SRT, "No.\n"},
		{"live captions that grow", "1\n00:00:01,000 --> 00:00:02,000\nthe mean\n\n2\n00:00:02,000 --> 00:00:03,000\nthe mean level\n\n3\n00:00:03,000 --> 00:00:04,000\nthe mean level has risen", captions.SRT, "the mean\nlevel\nhas risen\n"},
		{"less than and hearts", "1\n00:00:01,000 --> 00:00:02,000\n3 < 4 and I <3 it &lt;b&gt;", captions.SRT, "3 < 4 and I <3 it <b>\n"},
		{"a podcast's words", `{"version":"1.0.0","segments":[{"speaker":"Ann","startTime":0.5,"endTime":0.75,"body":"I"},{"speaker":"Ann","startTime":1,"endTime":1.25,"body":"am"},{"speaker":"Ann","startTime":1.5,"endTime":2.5,"body":"here.\n"},{"speaker":"Ben","startTime":2.75,"endTime":3.0,"body":"No"}]}`, captions.PodcastJSON, "Ann: I am here.\nBen: No\n"},
		{"a podcast's file that breaks off", `{"segments":[{"startTime":0.5,"endTime":0.75,"body":"One."},{"startTime":1,"endT`, captions.PodcastJSON, "One.\n"},
		{"json3", `{"wireMagic":"pb3","events":[{"tStartMs":0,"dDurationMs":9000,"id":1},{"tStartMs":160,"dDurationMs":4000,"segs":[{"utf8":"so"},{"utf8":" today","tOffsetMs":240}]},{"tStartMs":2000,"dDurationMs":2000,"aAppend":1,"segs":[{"utf8":"\n"}]},{"tStartMs":2010,"dDurationMs":3000,"segs":[{"utf8":"we measure"}]}]}`, captions.YouTube, "so today\nwe measure\n"},
		{"json3 with times in quotes", `{"events":[{"tStartMs":"160","dDurationMs":"4000","segs":[{"utf8":"so"}]},{"segs":[{"utf8":"when"}]}]}`, captions.YouTube, "so\nwhen\n"},
		{"a list with durations", `[{"text":"so today","start":0.16,"duration":2.5},{"text":"we measure","start":2.66,"duration":1}]`, captions.PodcastJSON, "so today\nwe measure\n"},
		{"srv3", `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><ws id="0"/></head><body><p t="160" d="4000" w="1"><s ac="0">so</s><s t="240"> today</s></p><p t="2000" d="10" a="1">` + "\n" + `</p><p t="2010" d="900">we don&#39;t</p></body></timedtext>`, captions.YouTube, "so today\nwe don't\n"},
		{"srv1", `<?xml version="1.0"?><transcript><text start="0.16" dur="2">it&amp;#39;s</text><text start="3" dur="2">risen &amp; fallen</text></transcript>`, captions.YouTube, "it's\nrisen & fallen\n"},
		{"a podcast's page", `<!doctype html><title>no</title><cite>Kevin:</cite><time>0:00</time><p>We have an <b>update</b>.</p><script>no</script><cite>Alban:</cite><time>0:09</time><p>Tell me &amp; us.</p>`, captions.HTML, "Kevin: We have an update.\nAlban: Tell me & us.\n"},
		{"text with times before", "[00:00:01] ANN: One.\n[00:00:09] BEN: Two.", captions.Text, "ANN: One.\nBEN: Two.\n"},
		{"text with names and times above", "Ann Lee 00:00:01\nOne and\na half.\n\nBen (00:09):\nTwo.", captions.Text, "Ann Lee: One and a half.\nBen: Two.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := captions.Parse([]byte(c.body), c.format)
			if err != nil || lines(got) != c.want {
				t.Errorf("%v, got\n%swant\n%s", err, lines(got), c.want)
			}
		})
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestTimes(t *testing.T) {
	for line, want := range map[string][2]int64{
		"00:00:01.000 --> 00:00:03.500":                   {1000, 3500},
		"00:01.000 --> 00:03.500 position:10% line:0":     {1000, 3500},
		"0:0:1,5 --> 0:0:3":                               {1500, 3000},
		"00:00:01,000 -> 00:00:03,000":                    {1000, 3000},
		"00: 00: 01, 250-->00:00:03,000 X1:1 X2:2":        {1250, 3000},
		"00:00:01:250 --> 00:00:03:000":                   {1250, 3000},
		"-00:00:01,000 --> 00:00:03,000":                  {0, 3000},
		"00:00:05,000 --> 00:00:03,000":                   {5000, 5000},
		"90:15.000 --> 91:00.000":                         {5415000, 5460000},
		"100:00:00.000 --> 100:00:01.123456789":           {360000000, 360001123},
		"00:00:07,000 --> 99:99":                          {7000, 7000},
		"00:00:07,000 --> ":                               {7000, 7000},
		"99999999999999999999:00:00.000 --> 00:00:01.000": {0, 0},
	} {
		got, err := captions.Parse([]byte("1\n"+line+"\nwords"), captions.SRT)
		if err != nil || len(got.Cues) != 1 || got.Cues[0].StartMS != want[0] || got.Cues[0].EndMS != want[1] || got.Cues[0].Text != "words" {
			t.Errorf("%s: %+v, %v", line, got.Cues, err)
		}
	}
}

func TestParagraphs(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"end with a pause after a sentence", "00:01.000 --> 00:02.000\nOne.\n\n00:02.000 --> 00:03.000\nTwo.\n\n00:08.000 --> 00:09.000\nThree", "1000 One. Two.|8000 Three"},
		{"do not end within a sentence", "00:01.000 --> 00:02.000\nIt has\n\n00:06.000 --> 00:07.000\nrisen.", "1000 It has risen."},
		{"end at a silence", "00:01.000 --> 00:02.000\nIt has\n\n00:26.000 --> 00:27.000\nrisen.", "1000 It has|26000 risen."},
		{"end with a speaker", "00:01.000 --> 00:02.000\nANN: One.\n\n00:02.000 --> 00:03.000\nTwo.\n\n00:03.000 --> 00:04.000\nBEN: Three.", "1000 One. Two.|3000 Three."},
		{"have no spaces between Japanese cues", "00:01.000 --> 00:02.000\n潮位は\n\n00:02.000 --> 00:03.000\n上がった。", "1000 潮位は上がった。"},
	} {
		got, err := captions.Parse([]byte("WEBVTT\n\n"+c.body), captions.WebVTT)
		if shown := anchored(t, got); err != nil || shown != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, shown, err, c.want)
		}
	}
}

// anchored shows each paragraph with its time.
func anchored(t *testing.T, got schemas.Transcript) string {
	t.Helper()
	paragraphs := strings.Split(got.Text, "\n\n")
	if len(paragraphs) != len(got.Anchors) {
		t.Fatalf("%d paragraphs and %d anchors", len(paragraphs), len(got.Anchors))
	}
	out := make([]string, len(paragraphs))
	for i, p := range paragraphs {
		out[i] = strconv.FormatInt(got.Anchors[i], 10) + " " + p
	}
	return strings.Join(out, "|")
}

func TestWhatIsNoCaptions(t *testing.T) {
	for name, body := range map[string]string{"empty": "", "a web page": "<html><body>no", "one huge line": strings.Repeat("x", 300_000), "only music": "WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n"} {
		if got, err := captions.Parse([]byte(body), captions.WebVTT); !errors.Is(err, captions.ErrUnreadable) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestATranscriptWithoutTimesIsText(t *testing.T) {
	for format, body := range map[string]string{
		captions.Text: "ANN: It has risen.\nAnd it will.\n\n\nBEN: When?\n",
		captions.HTML: "<html><body><h1>Nope</h1><p><cite>ANN</cite></p><p>It has risen. And it will.</p><cite>BEN</cite><p>When?",
	} {
		got, err := captions.Parse([]byte(body), format)
		if want := "ANN: It has risen. And it will.\n\nBEN: When?"; err != nil || !strings.HasSuffix(got.Text, want) || got.Cues == nil || len(got.Cues) != 0 || got.Anchors != nil || got.Format != captions.Text {
			t.Errorf("%s: %+v, %v", format, got, err)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		mediaType, path, body string
		transcript            bool
		want                  string
	}{
		{"text/plain", "/a", "\ufeffWEBVTT\n\n", false, captions.WebVTT},
		{"text/plain", "/a.txt", "1\n00:00:01,000 --> 00:00:02,000\nOne", false, captions.SRT},
		{"text/vtt", "/a", "00:01.000 --> 00:02.000\nOne", false, captions.WebVTT},
		{"application/json", "/a.vtt", `{"wireMagic":"pb3","events":[]}`, false, captions.YouTube},
		{"text/html", "/a", ` {"version":"1","segments":[]}`, true, captions.PodcastJSON},
		{"text/xml", "/a", `<?xml version="1.0"?><timedtext format="3">`, false, captions.YouTube},
		{"text/html", "/a", "<!doctype html><p>Log in", false, ""},
		{"text/html", "/a.vtt", "<!doctype html><p>Log in", true, ""},
		{"text/html", "/a", "<cite>Ann</cite><p>One", true, captions.HTML},
		{"text/plain", "/a", "Ann: One.", true, captions.Text},
		{"application/octet-stream", "/a", "\x89PNG", false, ""},
	} {
		if got := captions.Detect(c.mediaType, c.path, []byte(c.body), c.transcript); got != c.want {
			t.Errorf("%s %s %q: %q, want %q", c.mediaType, c.path, c.body, got, c.want)
		}
	}
}

func TestLimitsSayWhatWasNotRead(t *testing.T) {
	for want, c := range map[string]struct{ body, format string }{
		captions.LimitTimes:      {"1\n00:00:03 --> 99:99\nwords", captions.SRT},
		captions.LimitIncomplete: {`{"segments":[{"startTime":0,"body":"One."},{"st`, captions.PodcastJSON},
		captions.LimitText:       {"1\n00:00:03 --> 00:00:04\nÄÖ\xff", captions.SRT},
		captions.LimitTruncated:  {strings.Repeat("00:00:03 --> 00:00:04\nwords\n", 200_001), captions.SRT},
	} {
		got, err := captions.Parse([]byte(c.body), c.format)
		if err != nil || len(got.Limits) != 1 || got.Limits[0].Code != want {
			t.Errorf("%s: %+v, %v", want, got.Limits, err)
		}
	}
}

func TestRank(t *testing.T) {
	tracks := []schemas.CaptionTrack{
		{URL: "de", Language: "de", Kind: "subtitles"},
		{URL: "en-gb", Language: "en-GB", Kind: "subtitles"},
		{URL: "en-auto", Language: "en", Kind: "captions", Automatic: true},
		{URL: "en", Language: "en", Kind: "captions"},
		{URL: "text", Kind: "transcript"},
	}
	for languages, want := range map[string]string{"en": "en en-gb en-auto de text", "de-AT": "de en en-gb text en-auto", "": "en de en-gb text en-auto", "fr de": "de en en-gb text en-auto", "en de": "en en-gb en-auto de text"} {
		var got []string
		for _, r := range captions.Rank(tracks, strings.Split(languages, " ")...) {
			got = append(got, r.URL)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", languages, got, want)
		}
	}
	if !slices.Equal(captions.Rank(nil, "en"), nil) {
		t.Error("ranked nothing")
	}
}
