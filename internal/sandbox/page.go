package sandbox

import (
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// somebody is who uses commands on the sandbox's page.
var somebody = User{ID: "100000000000000001", Name: "you", GuildID: "200000000000000001", ChannelID: "300000000000000001"}

// web is the page: a template, a style sheet and a script, as they are sent.
//
//go:embed web
var web embed.FS

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"json": asJSON}).ParseFS(web, "web/*.html"))

func asJSON(v any) (string, error) {
	content, err := json.Marshal(v)
	return string(content), err
}

// policy lets the page run its own script and nothing else, whatever a message holds.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pageRoutes serves the page and what it uses. What changes something is closed to pages of other sites.
func (s *Sandbox) pageRoutes(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	post := func(path string, h http.HandlerFunc) { mux.Handle("POST "+path, own.Handler(h)) }
	post("/sandbox/command", s.postCommand)
	post("/sandbox/complete", s.postComplete)
	post("/sandbox/press", s.postPress)
	post("/sandbox/skip", s.postSkip)
	post("/{$}", s.pageForm)
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /sandbox/stream", s.stream)
	mux.HandleFunc("GET /sandbox/events", s.listEvents)
	mux.HandleFunc("GET /web/{file}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, web, "web/"+r.PathValue("file"))
	})
}

// page is the page of one channel. With its script it follows what changes; without, it has forms and is reloaded.
func (s *Sandbox) page(w http.ResponseWriter, r *http.Request) {
	channel := r.URL.Query().Get("channel")
	if channel == "" {
		channel = somebody.ChannelID
	}
	v := s.look(channel)
	if v.Channel.ID == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	_ = pageTemplate.ExecuteTemplate(w, "page.html", struct { // the reader has gone: nobody is left to tell
		view
		Commands []Command
	}{v, s.offered()})
}

// ask is a request of the page or of curl: a command, or a press of a button.
type ask struct {
	User      User           `json:"user"`
	ChannelID string         `json:"channel_id"` // of a command; default: the user's
	Name      string         `json:"name"`
	Options   map[string]any `json:"options"`
	Focused   string         `json:"focused"` // the option that is being typed
	MessageID string         `json:"message_id"`
	CustomID  string         `json:"custom_id"`
}

func (s *Sandbox) readAsk(r *http.Request) (ask, error) {
	a := ask{User: somebody}
	err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&a)
	a.User = s.in(a.User, a.ChannelID)
	return a, err
}

// in is a user in a channel: in the bot's direct messages there is no guild.
func (s *Sandbox) in(u User, channelID string) User {
	if channelID == "" {
		return u
	}
	u.ChannelID = channelID
	if channelID == s.DMChannel(u.ID) {
		u.GuildID = ""
	}
	return u
}

// postCommand uses a command: {"name": "autointel", "options": {"url": "...", "depth": "standard"}}.
func (s *Sandbox) postCommand(w http.ResponseWriter, r *http.Request) {
	a, err := s.readAsk(r)
	if err != nil {
		invalidJSON.write(w)
		return
	}
	s.reply(w, func() (Interaction, error) { return s.Command(r.Context(), a.User, a.Name, a.Options) })
}

// postComplete types an option: {"name": "cancel", "options": {"workflow_id": "wf_"}, "focused": "workflow_id"}. It answers
// with the choices that the application offers.
func (s *Sandbox) postComplete(w http.ResponseWriter, r *http.Request) {
	a, err := s.readAsk(r)
	if err != nil {
		invalidJSON.write(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.o.AckTimeout) // later ones are not taken
	defer cancel()
	offered, err := s.Autocomplete(ctx, a.User, a.Name, a.Options, a.Focused)
	if err != nil {
		writeJSON(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"choices": offered})
}

// postPress presses a button: {"message_id": "...", "custom_id": "..."}.
func (s *Sandbox) postPress(w http.ResponseWriter, r *http.Request) {
	a, err := s.readAsk(r)
	if err != nil {
		invalidJSON.write(w)
		return
	}
	s.reply(w, func() (Interaction, error) { return s.Press(r.Context(), a.User, a.MessageID, a.CustomID) })
}

func (s *Sandbox) reply(w http.ResponseWriter, do func() (Interaction, error)) {
	i, err := do()
	if err != nil {
		writeJSON(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"interaction_id": i.ID})
}

// maxSkip bounds one skip.
const maxSkip = 24 * time.Hour

// postSkip skips the clock: {"seconds": 300}.
func (s *Sandbox) postSkip(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Seconds float64 `json:"seconds"`
	}
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&in) != nil {
		invalidJSON.write(w)
		return
	}
	if refused := s.skip(in.Seconds); refused != "" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": refused})
		return
	}
	writeJSON(w, http.StatusOK, s.look("").Time)
}

// skip skips the clock. It returns why it did not; empty: it did.
func (s *Sandbox) skip(seconds float64) (refused string) {
	switch {
	case s.o.Clock == nil:
		return "this sandbox has a clock that cannot be skipped"
	case !(seconds > 0 && seconds <= maxSkip.Seconds()):
		return "seconds must be more than 0, and at most those of a day"
	}
	s.o.Clock.Skip(time.Duration(seconds * float64(time.Second)))
	return ""
}

// listEvents is GET /sandbox/events?workflow=wf_...
func (s *Sandbox) listEvents(w http.ResponseWriter, r *http.Request) {
	if s.o.Events == nil {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "the events are not available here"})
		return
	}
	events, err := s.o.Events(r.Context(), r.URL.Query().Get("workflow"))
	if err != nil {
		writeJSON(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, events)
}

// pageForm takes the forms of the page: a command, a button, or a skip of the clock.
func (s *Sandbox) pageForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	channel := r.FormValue("channel")
	u := s.in(somebody, channel)
	if v := r.FormValue("skip"); v != "" {
		seconds, _ := strconv.ParseFloat(v, 64) // not a number: refused as 0 is
		if refused := s.skip(seconds); refused != "" {
			http.Error(w, refused, http.StatusBadRequest)
			return
		}
	} else if _, err := s.formCommand(r, u); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, "/?channel="+url.QueryEscape(channel), http.StatusSeeOther)
}

func (s *Sandbox) formCommand(r *http.Request, u User) (Interaction, error) {
	if press := r.FormValue("press"); press != "" {
		return s.Press(r.Context(), u, r.FormValue("message"), press)
	}
	name, options := r.FormValue("command"), map[string]any{}
	for _, c := range s.offered() {
		if c.Name != name {
			continue
		}
		for _, o := range c.Options {
			switch v := r.FormValue(o.Name); {
			case v == "":
			case o.Type == optionBoolean:
				options[o.Name] = true
			default:
				options[o.Name] = v
			}
		}
	}
	return s.Command(r.Context(), u, name, options)
}
