package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// doctorKey is what no output may show.
const doctorKey = "sk-hush-0123456789"

// diagnosed runs doctor with a language model and returns what it says of one check, and whether that is well.
func diagnosed(t *testing.T, check string, args ...string) (finding, string) {
	t.Helper()
	args = append([]string{"doctor", "--json", "--data-dir", t.TempDir(), "--nats-url", "nats://127.0.0.1:1", "--timeout", "300ms"}, args...)
	_, stdout, stderr := call(t.Context(), args...)
	if strings.Contains(stdout+stderr, doctorKey) {
		t.Errorf("the key is shown: %s%s", stdout, stderr)
	}
	var all []finding
	if err := json.Unmarshal([]byte(stdout), &all); err != nil {
		t.Fatalf("%v: %s %s", err, stdout, stderr)
	}
	for _, f := range all {
		if f.Check == check {
			return f, f.Says
		}
	}
	t.Fatalf("nothing of %s: %s", check, stdout)
	return finding{}, ""
}

// closedPort is where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String() + "/v1"
}

func TestDoctorSaysWhatIsWrongWithTheModel(t *testing.T) {
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(code)
			fmt.Fprint(w, strings.ReplaceAll(body, "KEY", r.Header.Get("Authorization")))
		}
	}
	models := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				fmt.Fprint(w, `{"data":[{"id":"tide-7b"},{"id":"surge-70b"}]}`)
				return
			}
			status(code, `{"error":{"code":"model_not_found"}}`)(w, r)
		}
	}
	yes := status(200, `{"choices":[{"message":{"content":"yes"}}]}`)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		model  string
		ok     bool
		says   []string
	}{
		"it works":                     {yes, "tide-7b", true, []string{"tide-7b at http://127.0.0.1", "answers"}},
		"a model that takes no limits": {func(w http.ResponseWriter, r *http.Request) { takesNoLimit(w, r, yes) }, "tide-7b", true, []string{"answers"}},
		"a wrong key":                  {status(401, `{"error":{"message":"Incorrect API key provided: KEY","code":"invalid_api_key"}}`), "tide-7b", false, []string{"refuses the key", "AUTOINTEL_LLM_API_KEY_FILE"}},
		"a wrong model":                {models(404), "tide", false, []string{`no model "tide"`, "AUTOINTEL_LLM_MODEL", "tide-7b, surge-70b"}},
		"a model that is none of chat": {models(400), "tide-7b", false, []string{"AUTOINTEL_LLM_MODEL", "embeddings"}},
		"another route":                {status(404, "nothing here"), "tide-7b", false, []string{"AUTOINTEL_LLM_BASE_URL", "/v1"}},
		"a page of the web":            {status(200, "<html>"), "tide-7b", false, []string{"no OpenAI-compatible endpoint", "/v1"}},
		"no credit":                    {status(429, `{"error":{"code":"insufficient_quota"}}`), "tide-7b", false, []string{"credit", "insufficient_quota"}},
		"out of order":                 {status(503, "KEY"), "tide-7b", false, []string{"status 503", "log"}},
		"a redirect":                   {status(307, ""), "tide-7b", false, []string{"status 307", "redirects"}},
		"it hangs":                     {hangs, "tide-7b", false, []string{"did not answer within 300ms", "--timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := httptest.NewServer(c.answer)
			t.Cleanup(e.Close)
			f, says := diagnosed(t, "language model", "--llm-base-url", e.URL+"/v1", "--llm-model", c.model, "--llm-api-key", doctorKey)
			if f.OK != c.ok {
				t.Errorf("%+v", f)
			}
			for _, want := range c.says {
				if !strings.Contains(says, want) {
					t.Errorf("%q does not say %q", says, want)
				}
			}
		})
	}
}

// hangs answers nothing until whoever asked has gone.
func hangs(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice who goes
	<-r.Context().Done()
}

// takesNoLimit refuses a request that names a limit or a temperature, as models that reason do.
func takesNoLimit(w http.ResponseWriter, r *http.Request, next http.HandlerFunc) {
	body, err := io.ReadAll(r.Body)
	if err != nil || strings.Contains(string(body), "max_tokens") || strings.Contains(string(body), "temperature") {
		http.Error(w, `{"error":{"code":"unsupported_parameter"}}`, http.StatusBadRequest)
		return
	}
	next(w, r)
}

func TestDoctorSaysWhyAnEndpointCannotBeReached(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are meant to fail
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	nowhere := closedPort(t)
	for base, wants := range map[string][]string{
		nowhere:                               {"nothing listens", nowhere},
		"http://no-such-host.invalid/v1":      {"not known", "no-such-host.invalid"},
		secure.URL:                            {"certificate", "SSL_CERT_FILE"},
		"https" + plain.URL[len("http"):]:     {"http://", "TLS"},
		"http" + secure.URL[len("https"):]:    {"begin with https"},
		"ftp://127.0.0.1/v1":                  {"AUTOINTEL_LLM_BASE_URL"},
		"https://user:hunter2@127.0.0.1:1/v1": {"AUTOINTEL_LLM_BASE_URL"},
	} {
		f, says := diagnosed(t, "language model", "--llm-base-url", base, "--llm-model", "tide-7b", "--llm-api-key", doctorKey)
		if f.OK || strings.Contains(says, "hunter2") {
			t.Errorf("%s: %+v", base, f)
		}
		for _, want := range wants {
			if !strings.Contains(says, want) {
				t.Errorf("%s: %q does not say %q", base, says, want)
			}
		}
	}
	missing := filepath.Join(t.TempDir(), "key")
	if code, _, complaint := call(t.Context(), "doctor", "--llm-base-url", plain.URL, "--llm-model", "tide-7b", "--llm-api-key-file", missing); code == 0 || !strings.Contains(complaint, missing) {
		t.Errorf("a key file that is not there: exit code %d, %q", code, complaint)
	}
	if f, says := diagnosed(t, "language model"); !f.OK || !strings.Contains(says, "AUTOINTEL_LLM_BASE_URL") {
		t.Errorf("%+v", f)
	}
}

func TestDoctorSaysWhatIsWrongWithTheSpeechRecognition(t *testing.T) {
	keyFile := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(keyFile, []byte(doctorKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code int
		body string
		ok   bool
		says []string
	}{
		"it works":             {200, `{"text":"","segments":[]}`, true, []string{"whisper-1 at http://127.0.0.1", "answers"}},
		"a wrong key":          {401, "Incorrect API key provided: " + doctorKey, false, []string{"refuses the key", "AUTOINTEL_TRANSCRIBE_API_KEY_FILE"}},
		"a wrong route":        {404, "", false, []string{"AUTOINTEL_TRANSCRIBE_BASE_URL", "/v1", "AUTOINTEL_TRANSCRIBE_MODEL"}},
		"an answer of a page":  {200, "<html>", false, []string{"no OpenAI-compatible speech recognition"}},
		"too many requests":    {429, "", false, []string{"credit"}},
		"an endpoint in pains": {500, doctorKey, false, []string{"status 500"}},
	} {
		t.Run(name, func(t *testing.T) {
			heard := 0
			e := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				file, _, err := r.FormFile("file")
				if r.URL.Path != "/v1/audio/transcriptions" || err != nil {
					t.Errorf("%s: %v", r.URL.Path, err)
					return
				}
				head := make([]byte, 44)
				if _, err := io.ReadFull(file, head); err != nil || string(head[:4]) != "RIFF" {
					t.Errorf("no recording: %q", head)
				}
				heard++
				w.WriteHeader(c.code)
				fmt.Fprint(w, c.body)
			}))
			t.Cleanup(e.Close)
			f, says := diagnosed(t, "speech recognition", "--transcribe-base-url", e.URL+"/v1", "--transcribe-api-key-file", keyFile)
			if f.OK != c.ok || heard != 1 {
				t.Errorf("%+v after %d requests", f, heard)
			}
			for _, want := range c.says {
				if !strings.Contains(says, want) {
					t.Errorf("%q does not say %q", says, want)
				}
			}
		})
	}
	if f, says := diagnosed(t, "speech recognition", "--transcribe-base-url", closedPort(t)); f.OK || !strings.Contains(says, "nothing listens") {
		t.Errorf("%+v", f)
	}
	if f, says := diagnosed(t, "speech recognition"); !f.OK || !strings.Contains(says, "AUTOINTEL_TRANSCRIBE_BASE_URL") {
		t.Errorf("%+v", f)
	}
}
