package jetstream

import (
	"errors"
	"testing"

	js "github.com/nats-io/nats.go/jetstream"
)

// The answers of nats-server 2.15, as they came.
func TestTheLogsAnswersAreRead(t *testing.T) {
	for _, c := range []struct {
		answer string
		seq    uint64
		usual  bool
	}{
		{`{"stream":"AUTOINTEL","seq":18446744073709551615}`, 18446744073709551615, true},
		{`{"stream":"AUTOINTEL","seq":7}`, 7, true},
		{`{"stream":"AUTOINTEL","domain":"hub","seq":7}`, 7, false},
		{`{"stream":"AUTOINTEL","seq":7,"duplicate":true}`, 7, false},
	} {
		if seq, err := acknowledged([]byte(c.answer)); seq != c.seq || err != nil {
			t.Errorf("%s: %d, %v", c.answer, seq, err)
		}
		if allocs := testing.AllocsPerRun(10, func() { _, _ = acknowledged([]byte(c.answer)) }); c.usual && allocs > 2 {
			t.Errorf("%s: %.0f allocations", c.answer, allocs)
		}
	}
	for _, broken := range []string{``, `{}`, `{"stream":"OTHER","seq":7}`, `{"stream":"AUTOINTEL","seq":}`, `{"stream":"AUTOINTEL","seq":-1}`, `[]`} {
		if seq, err := acknowledged([]byte(broken)); err == nil {
			t.Errorf("%s is read as %d", broken, seq)
		}
	}
	_, err := acknowledged([]byte(`{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"AUTOINTEL","seq":0}`))
	var api *js.APIError
	if !errors.As(err, &api) || api.ErrorCode != codeWrongSequence {
		t.Errorf("%v", err)
	}
}
