package discord

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestOnlyDiscordsOwnWordsOfJustNowAreTaken(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicKey(hex.EncodeToString(public))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "xyz", "ab"} {
		if _, err := PublicKey(bad); err == nil || !strings.Contains(err.Error(), "DISCORD_PUBLIC_KEY") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	now := time.Unix(1_700_000_000, 0)
	check := func(timestamp, signed, sent string) error {
		r := httptest.NewRequest(http.MethodPost, "/interactions", strings.NewReader(sent))
		r.Header.Set("X-Signature-Timestamp", timestamp)
		r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(private, []byte(timestamp+signed))))
		body, err := Verify(key, r, now)
		if err == nil && string(body) != sent {
			t.Errorf("the body became %q", body)
		}
		return err
	}
	stamp := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	long := strings.Repeat("x", MaxInteraction+1)
	for name, c := range map[string]struct {
		got, want error
	}{
		"as it was sent":        {check(stamp(0), `{"type":1}`, `{"type":1}`), nil},
		"of four minutes ago":   {check(stamp(-4*time.Minute), "{}", "{}"), nil},
		"another body":          {check(stamp(0), `{"type":1}`, `{"type":2}`), ErrSignature},
		"of six minutes ago":    {check(stamp(-6*time.Minute), "{}", "{}"), ErrStale},
		"of six minutes' time":  {check(stamp(6*time.Minute), "{}", "{}"), ErrStale},
		"a timestamp of words":  {check("soon", "{}", "{}"), ErrSignature},
		"a body of a megabyte+": {check(stamp(0), long, long), ErrTooLarge},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

func TestWhatOthersWroteDoesNothingInAMessage(t *testing.T) {
	if got := Escape("**@everyone** [a](b) <#1>"); strings.Contains(got, "@everyone") || strings.Contains(got, "](") && !strings.Contains(got, `\](`) {
		t.Errorf("%q", got)
	}
	if got := Address("https://a.org/x y>@everyone"); got != "<https://a.org/x%20y%3E%40everyone>" || Address("") != "" {
		t.Errorf("%q", got)
	}
	if a, b := MessageLink("", "20", "30"), MessageLink("11", "20", "30"); a != "https://discord.com/channels/@me/20/30" || b != "https://discord.com/channels/11/20/30" {
		t.Errorf("%q, %q", a, b)
	}
	if c := Card("Title", "Text", "below", Red); c.Embeds[0].Footer.Text != "below" || Card("Title", "Text", "", Red).Embeds[0].Footer != nil {
		t.Errorf("%+v", c)
	}
	if got := Invite("2"); !strings.Contains(got, "client_id=2&permissions=117760&scope=bot+applications.commands") {
		t.Errorf("%q", got)
	}
}
