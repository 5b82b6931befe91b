package sandbox

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func newMarkup() markup {
	return markup{now: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), names: func(id string) string { return "user " + id }}
}

func TestMarkupIsDiscords(t *testing.T) {
	for in, want := range map[string]string{
		"plain & <b>simple</b>":                      "plain &amp; &lt;b&gt;simple&lt;/b&gt;",
		"**bold *and italic***":                      "<strong>bold <em>and italic</em></strong>",
		"_so_ is snake_case_name not":                "<em>so</em> is snake_case_name not",
		"__under__ ~~struck~~":                       "<u>under</u> <s>struck</s>",
		`\*not\* \<@1\> 2 * 3 * 4`:                   "*not* &lt;@1&gt; 2 * 3 * 4",
		"`**code** <@1>` and ``":                     "<code>**code** &lt;@1&gt;</code> and ``",
		"```\nblock\n```":                            "<code>block</code>",
		"<@11> asked":                                `<span class="mention">@user 11</span> asked`,
		"until <t:1770000000:D>":                     `until <time datetime="2026-02-02T02:40:00Z">2 February 2026</time>`,
		"<t:1767355260:R>":                           `<time datetime="2026-01-02T12:01:00Z">in 1m0s</time>`,
		"<https://a.example/?x=1&y=2>":               `<a href="https://a.example/?x=1&amp;y=2" title="https://a.example/?x=1&amp;y=2" target="_blank" rel="noreferrer noopener">https://a.example/?x=1&amp;y=2</a>`,
		"see https://a.example/b.":                   `see <a href="https://a.example/b" title="https://a.example/b" target="_blank" rel="noreferrer noopener">https://a.example/b</a>.`,
		"[a*b](https://a.example/b) [no](x)":         `<a href="https://a.example/b" title="https://a.example/b" target="_blank" rel="noreferrer noopener">a*b</a> [no](x)`,
		"[here](https://discord.com/channels/1/2/3)": `<a href="/?channel=2#m-3">here</a>`,
		"<javascript:alert(1)>":                      "&lt;javascript:alert(1)&gt;",
		"**open, and `**` closes nothing":            "**open, and <code>**</code> closes nothing",
		`<https://a.example/"onclick="x>`:            `<a href="https://a.example/&#34;onclick=&#34;x" title="https://a.example/&#34;onclick=&#34;x" target="_blank" rel="noreferrer noopener">https://a.example/&#34;onclick=&#34;x</a>`,
		"the zero-width space in @\u200bhere":        "the zero-width space in @\u200bhere",
	} {
		if got := string(newMarkup().html(in)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// element is every element that markup writes.
var element = regexp.MustCompile(`</?(strong|em|u|s|code|span|time|a)>|<span class="mention">|<time datetime="[0-9TZ:+-]+">|<a href="/\?channel=\d+#m-\d+">|<a href="https?://[^"<>]+" title="https?://[^"<>]+" target="_blank" rel="noreferrer noopener">`)

func FuzzMarkupIsHarmless(f *testing.F) {
	for _, s := range []string{"**a *b _c_* `d`** <@1> <t:1:R>", "<https://x>\"<script>", "[a](https://x) [b](https://discord.com/channels/1/2/3)", strings.Repeat("*", 500), strings.Repeat("**_", 300), `\`, "`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = s[:min(len(s), 4096)] // a message is no longer
		got := string(newMarkup().html(s))
		if rest := element.ReplaceAllString(got, ""); strings.ContainsAny(rest, `<>"`) {
			t.Errorf("%q became %s", s, got)
		}
		for _, name := range []string{"strong", "em", "u", "s", "code", "a"} {
			if strings.Count(got, "<"+name+">")+strings.Count(got, "<"+name+" href") != strings.Count(got, "</"+name+">") {
				t.Errorf("%q leaves <%s> open: %s", s, name, got)
			}
		}
	})
}
