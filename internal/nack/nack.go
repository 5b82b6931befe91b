// Package nack writes what an installation has on its broker as resources of NACK, the controller that makes streams and consumers
// of them in a cluster. The files of deploy/kubernetes/components/nack are written from what is declared elsewhere, so a new
// stream, stage or consumer changes them, and a test says when they were not written anew.
package nack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/jetstream"
)

// account is the resource that says where the broker is and whose key is used.
const account = "autointel"

// names are NACK's for what NATS calls otherwise; a field that is in none of them cannot be written. Durations are text there
// and nanoseconds here, but for NACK's limitMarkerTtl.
var (
	names = map[string]string{
		"name": "name", "description": "description", "subjects": "subjects", "retention": "retention", "storage": "storage", "discard": "discard",
		"max_bytes": "maxBytes", "max_msgs_per_subject": "maxMsgsPerSubject", "num_replicas": "replicas", "allow_direct": "allowDirect",
		"allow_rollup_hdrs": "allowRollup", "allow_msg_ttl": "allowMsgTtl", "allow_atomic": "allowAtomicPublish",
		"allow_msg_schedules": "allowMsgSchedules", "persist_mode": "persistMode", "compression": "compression",
		"durable_name": "durableName", "filter_subject": "filterSubject", "ack_policy": "ackPolicy", "deliver_policy": "deliverPolicy",
		"replay_policy": "replayPolicy", "max_deliver": "maxDeliver", "max_ack_pending": "maxAckPending",
		"bucket": "bucket", "limit_marker_ttl": "limitMarkerTtl",
	}
	durations = map[string]string{"max_age": "maxAge", "duplicate_window": "duplicateWindow", "ack_wait": "ackWait", "ttl": "ttl"}
)

// Resources returns the files of the component by their name.
func Resources(d jetstream.Declared) (map[string]string, error) {
	var errs []error
	var streams, consumers, buckets []string
	add := func(to *[]string, kind, name string, config any, more map[string]any) {
		r, err := resource(kind, name, config, more)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", kind, name, err))
		}
		*to = append(*to, r)
	}
	for _, s := range d.Streams {
		add(&streams, "Stream", s.Name, s, nil)
	}
	for _, c := range d.Consumers {
		add(&consumers, "Consumer", c.Config.Durable, c.Config, map[string]any{"streamName": c.Stream})
	}
	for _, b := range d.Buckets {
		add(&buckets, "KeyValue", b.Bucket, b, nil)
	}
	add(&buckets, "ObjectStore", d.Artifacts.Bucket, d.Artifacts, nil)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	const from = "# Generated: cd internal && go test ./nack -update\n"
	files := map[string]string{}
	for name, all := range map[string][]string{"streams.yaml": streams, "consumers.yaml": consumers, "buckets.yaml": buckets} {
		files[name] = from + strings.Join(all, "---\n")
	}
	return files, nil
}

// resource writes one. To delete the resource deletes nothing on the broker: the log is no configuration.
func resource(kind, name string, config any, more map[string]any) (string, error) {
	content, err := json.Marshal(config)
	if err != nil {
		return "", err
	}
	var fields map[string]any
	if err := json.Unmarshal(content, &fields); err != nil {
		return "", err
	}
	spec := map[string]any{"account": account, "preventDelete": true}
	maps.Copy(spec, more)
	for field, v := range fields {
		if empty(v) {
			continue
		}
		n, _ := v.(float64)
		switch {
		case kind == "ObjectStore" && field == "max_age", durations[field] == "ttl":
			spec["ttl"] = time.Duration(n).String()
		case durations[field] != "":
			spec[durations[field]] = time.Duration(n).String()
		case names[field] == "":
			return "", fmt.Errorf("NACK has no field for %s", field)
		case n != 0:
			spec[names[field]] = int64(n)
		default:
			spec[names[field]] = v
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: jetstream.nats.io/v1beta2\nkind: %s\nmetadata: {name: %s, labels: {autointel.example/step: prepare}}\nspec:\n", kind, strings.ReplaceAll(strings.ToLower(name), "_", "-"))
	for _, field := range slices.Sorted(maps.Keys(spec)) {
		fmt.Fprintf(&b, "  %s: ", field)
		value := json.NewEncoder(&b) // JSON is YAML as well
		value.SetEscapeHTML(false)   // subjects end in >
		if err := value.Encode(spec[field]); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// empty reports what says nothing: -1 is NATS' word for no limit, which is NACK's default, but for deliveries, whose default it
// is as well.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case float64:
		return v == 0 || v == -1
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
