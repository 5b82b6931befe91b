package sandbox

import (
	"encoding/json"
	"html/template"
	"net/http"
)

// somebody is who uses commands on the sandbox's page.
var somebody = User{ID: "100000000000000001", Name: "somebody", GuildID: "200000000000000001", ChannelID: "300000000000000001"}

// ask is a request of the page or of curl: a command, or a press of a button.
type ask struct {
	User      User           `json:"user"`
	Name      string         `json:"name"`
	Options   map[string]any `json:"options"`
	MessageID string         `json:"message_id"`
	CustomID  string         `json:"custom_id"`
}

func readAsk(r *http.Request) (ask, error) {
	a := ask{User: somebody}
	err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&a)
	return a, err
}

// postCommand uses a command: {"name": "autointel", "options": {"url": "...", "depth": "standard"}}.
func (s *Sandbox) postCommand(w http.ResponseWriter, r *http.Request) {
	a, err := readAsk(r)
	if err != nil {
		invalidJSON.write(w)
		return
	}
	s.reply(w, func() (Interaction, error) { return s.Command(r.Context(), a.User, a.Name, a.Options) })
}

// postPress presses a button: {"message_id": "...", "custom_id": "..."}.
func (s *Sandbox) postPress(w http.ResponseWriter, r *http.Request) {
	a, err := readAsk(r)
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

// pageCommand takes the form of the page: a command, or a button.
func (s *Sandbox) pageCommand(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	var err error
	if press := r.FormValue("press"); press != "" {
		_, err = s.Press(r.Context(), somebody, r.FormValue("message"), press)
	} else {
		options := map[string]any{}
		for _, name := range []string{"url", "depth", "workflow_id"} {
			if v := r.FormValue(name); v != "" {
				options[name] = v
			}
		}
		if r.FormValue("private") != "" {
			options["private"] = true
		}
		_, err = s.Command(r.Context(), somebody, r.FormValue("command"), options)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Sandbox) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	_ = pageTemplate.Execute(w, s.Messages("")) // the reader has gone: nobody is left to tell
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>autointel sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;background:#313338;color:#dbdee1}
form.command{display:flex;gap:.5rem;flex-wrap:wrap;margin:0 0 1rem}
input,select,button{font:inherit;padding:.35rem .6rem;border-radius:.3rem;border:1px solid #4e5058;background:#383a40;color:inherit}
input[name=url],input[name=workflow_id]{flex:1;min-width:16rem}
button{background:#5865f2;border-color:#5865f2;color:#fff;cursor:pointer}
article{padding:.6rem .8rem;margin:.5rem 0;border-radius:.4rem;background:#2b2d31}
article header{color:#949ba4;font-size:.85rem}
.embed{border-left:4px solid #5865f2;padding:.4rem .8rem;margin:.5rem 0;background:#232428;border-radius:.3rem}
.embed h3{margin:.2rem 0;font-size:1rem}p{white-space:pre-wrap;margin:.3rem 0;overflow-wrap:anywhere}
dl{margin:.3rem 0}dt{font-weight:600}dd{margin:0 0 .4rem;white-space:pre-wrap;overflow-wrap:anywhere}a{color:#00a8fc}
</style></head><body>
<h1>autointel sandbox</h1>
<p>A local Discord: no account, no network. Reload to see what has changed.</p>
<form class="command" method="post"><input type="hidden" name="command" value="autointel">
<input name="url" type="url" required placeholder="/autointel url" aria-label="url">
<select name="depth" aria-label="depth"><option>standard<option>deep<option>comprehensive<option>experimental</select>
<label><input type="checkbox" name="private"> private</label><button>Send</button></form>
<form class="command" method="post"><input type="hidden" name="command" value="retrieve_results">
<input name="workflow_id" required placeholder="/retrieve_results workflow_id" aria-label="workflow id"><button>Send</button></form>
{{range .}}{{$id := .ID}}<article><header>channel {{.ChannelID}} · {{.Timestamp.Format "15:04:05"}}{{if .Edited}} · edited {{.Edited.Format "15:04:05"}}{{end}}{{if .Ephemeral}} · only {{.For}} sees this{{end}}</header>
{{if .Content}}<p>{{.Content}}</p>{{end}}
{{range .Embeds}}<div class="embed">{{if .Title}}<h3>{{.Title}}</h3>{{end}}{{if .Description}}<p>{{.Description}}</p>{{end}}
{{if .Fields}}<dl>{{range .Fields}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>{{end}}</dl>{{end}}{{if .Footer}}<p><small>{{.Footer.Text}}</small></p>{{end}}</div>{{end}}
{{range .Attachments}}<p><a href="{{.URL}}">{{.Filename}}</a> ({{.Size}} bytes)</p>{{end}}
{{range .Buttons}}<form method="post" style="display:inline"><input type="hidden" name="message" value="{{$id}}"><button name="press" value="{{.}}">{{.}}</button></form> {{end}}
</article>{{else}}<p>No messages yet.</p>{{end}}</body></html>
`))
