package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

var deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

// scaled is a service whose replicas are watched.
type scaled struct {
	name      string
	consumers []string
	lag       int
	replicas  int // asked for
	ready     int
}

// watched are the services of the record.
func watched() []*scaled {
	var stages []string
	for _, s := range workflow.StagesOf(workflow.ServiceAnalyzer) {
		for _, c := range workflow.ConsumersOf(s) {
			stages = append(stages, c.Name)
		}
	}
	return []*scaled{{name: "analyzer", consumers: stages}, {name: "archiver", consumers: schemas.ArchiverConsumers()}}
}

// record watches services and writes a row whenever something begins, and when the replicas of one are changed or have all become ready.
type record struct {
	cluster   *cluster
	namespace string
	broker    *broker
	services  []*scaled
	began     time.Time
	what      string // has just begun; not in a row yet
	rows      [][]string
	say       func(string, ...any)
}

// look reads lag and replicas.
func (r *record) look(ctx context.Context) error {
	changed := r.what != ""
	for _, s := range r.services {
		lag, err := r.broker.lag(s.consumers)
		if err != nil {
			return err
		}
		d, err := r.cluster.objects.Resource(deployments).Namespace(r.namespace).Get(ctx, s.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		replicas, _, _ := unstructured.NestedInt64(d.Object, "spec", "replicas")
		ready, _, _ := unstructured.NestedInt64(d.Object, "status", "readyReplicas")
		changed = changed || s.replicas != int(replicas) || s.ready != int(ready) && ready == replicas
		s.lag, s.replicas, s.ready = lag, int(replicas), int(ready)
	}
	if !changed {
		return nil
	}
	row := []string{fmt.Sprintf("%.0f", time.Since(r.began).Seconds()), r.what}
	for _, s := range r.services {
		row = append(row, fmt.Sprint(s.lag), fmt.Sprintf("%d, %d ready", s.replicas, s.ready))
	}
	r.rows, r.what = append(r.rows, row), ""
	r.say("%4s s: analyzer lag %s, replicas %s; archiver lag %s, replicas %s", row[0], row[2], row[3], row[4], row[5])
	return nil
}

// until looks every half second, and tops up the work before each look, until it holds.
func (r *record) until(ctx context.Context, patience time.Duration, topUp func() error, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if topUp != nil {
			if err := topUp(); err != nil {
				return err
			}
		}
		if err := r.look(ctx); err != nil {
			return err
		}
		if holds() {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not within %s: the last was %v", patience, r.rows[len(r.rows)-1])
		case <-tick.C:
		}
	}
}

func (r *record) service(name string) *scaled {
	return r.services[slices.IndexFunc(r.services, func(s *scaled) bool { return s.name == name })]
}

// markdown writes the rows.
func (r *record) markdown(w io.Writer) {
	fmt.Fprintln(w, "| s | | analyzer: lag | replicas | archiver: lag | replicas |\n|--:|:--|--:|--:|--:|--:|")
	for _, row := range r.rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
	}
}
