package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// MinToken is how long a token must be, in bytes: too long to be found by trying.
const MinToken = 16

// What a session is.
const (
	cookieName = "autointel_console"
	sessionFor = 12 * time.Hour
)

// gate decides who may see the console. Without a token it is open on a loopback address alone: to this machine's own users and to no
// page of another site, which could otherwise give its own name to 127.0.0.1 and read along.
type gate struct {
	token    [sha256.Size]byte
	asks     bool   // for the token
	key      []byte // signs sessions, of this process alone
	attempts *rate.Limiter
	now      func() time.Time
	logger   *slog.Logger
}

// Loopback reports whether only this machine reaches an address that is listened on.
func Loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopbackHost(host)
}

func loopbackHost(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// CheckToken says what is wrong with a token; an empty one is none.
func CheckToken(token string) error {
	if token != "" && len(token) < MinToken {
		return fmt.Errorf("AUTOINTEL_CONSOLE_TOKEN must have at least %d characters: make one with `openssl rand -hex 32`", MinToken)
	}
	return nil
}

func newGate(token string, now func() time.Time, logger *slog.Logger) *gate {
	g := &gate{token: sha256.Sum256([]byte(token)), asks: token != "", key: make([]byte, 32), attempts: rate.NewLimiter(2, 20), now: now, logger: logger}
	_, _ = rand.Read(g.key) // it never fails (crypto/rand)
	return g
}

// Why somebody is not let in.
var (
	errNoSession = errors.New("a token is needed: send it as `Authorization: Bearer TOKEN`, or open /console in a browser")
	errForeign   = errors.New("without AUTOINTEL_CONSOLE_TOKEN the console is open to this machine alone, by its own name and through no proxy")
)

// check says whether a request may see the console.
func (g *gate) check(r *http.Request) error {
	if !g.asks {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopbackHost(host) || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-For") != "" {
			return errForeign
		}
		return nil
	}
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") && g.right(r, strings.TrimSpace(token)) {
		return nil
	}
	if c, err := r.Cookie(cookieName); err == nil && g.signed(c.Value) {
		return nil
	}
	return errNoSession
}

// right compares a token, in a time that says nothing of how much of it is right. Whoever tries many is not answered.
func (g *gate) right(r *http.Request, token string) bool {
	given := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(given[:], g.token[:]) == 1 {
		return true
	}
	if g.attempts.Allow() {
		g.logger.Warn("a wrong token for the console", "remote", r.RemoteAddr)
	}
	return false
}

// session is the value of a cookie: until when it holds, signed. It does not hold the token.
func (g *gate) session() string {
	until := strconv.FormatInt(g.now().Add(sessionFor).Unix(), 10)
	return until + "." + g.signature(until)
}

func (g *gate) signature(text string) string {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func (g *gate) signed(value string) bool {
	until, signature, _ := strings.Cut(value, ".")
	if !hmac.Equal([]byte(signature), []byte(g.signature(until))) {
		return false
	}
	seconds, err := strconv.ParseInt(until, 10, 64)
	return err == nil && g.now().Before(time.Unix(seconds, 0))
}

// cookie carries a session; an empty value ends it.
func cookie(r *http.Request, value string) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // Secure wherever the browser came by TLS; on a loopback address there is none
		Name: cookieName, Value: value, Path: "/console", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int(sessionFor.Seconds()),
		Secure: r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"),
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}
