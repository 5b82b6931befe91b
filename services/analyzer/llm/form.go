package llm

import (
	"encoding/json"
	"regexp"
)

// form is how much a request asks of an endpoint beside an answer. Endpoints take it differently: a model that reasons takes no
// temperature and calls the limit by another name, a small server knows no schema. One that refuses a form is asked in the next.
type form int32

const (
	full    form = iota // a temperature, a limit and a schema
	renamed             // the limit by its newer name and a schema
	limited             // the limit alone
	bare                // nothing but the model and the messages
)

// request is the body of a request.
func (f form) request(model string, q asked) map[string]any {
	body := map[string]any{"model": model, "messages": q.messages}
	switch f {
	case full:
		body["temperature"], body["max_tokens"] = 0, q.maxOutput
	case renamed:
		body["max_completion_tokens"] = q.maxOutput
	case limited:
		body["max_tokens"] = q.maxOutput
	}
	if f <= renamed && q.schema != nil {
		body["response_format"] = map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": q.name, "schema": strict(q.schema), "strict": true}}
	}
	return body
}

var lengths = regexp.MustCompile(`,?"(min|max)Length":\d+`)

// strict is a schema as endpoints with strict schemas take it: without the lengths of texts. The answer is held to the whole one here.
func strict(schema json.RawMessage) json.RawMessage { return lengths.ReplaceAll(schema, nil) }

// refusesForm reports whether a reason may mean that the endpoint does not take the form of a request.
func refusesForm(reason string) bool { return reason == "http_400" || reason == "http_422" }
