package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// board is what is read of a dashboard.
type board struct {
	Title  string
	Panels []panel
}

// panel is one rectangle of it.
type panel struct {
	Type, Title string
	Grid        struct{ X, Y, W, H int } `json:"gridPos"`
	Targets     []struct {
		Expr   string
		Legend string `json:"legendFormat"`
	}
	Field struct {
		Defaults struct{ Unit string }
	} `json:"fieldConfig"`
	Options struct {
		TextMode string // of a stat: "name" shows what the series that are not 0 are called
	}

	series []series
}

// series is one line: a value for each step, NaN where there is none.
type series struct {
	name   string
	values []float64
}

// last is its newest value; NaN: there is none.
func (s series) last() float64 {
	for _, v := range slices.Backward(s.values) {
		if !math.IsNaN(v) {
			return v
		}
	}
	return math.NaN()
}

func parse(content []byte) (b board, err error) {
	if err := json.Unmarshal(content, &b); err != nil {
		return b, err
	}
	if len(b.Panels) == 0 {
		return b, fmt.Errorf("it has no panels")
	}
	return b, nil
}

// steps is how many values a line has.
const steps = 240

// prometheus answers queries about a span of time.
type prometheus struct {
	url      string
	from, to time.Time
	rate     time.Duration
}

// fill asks a panel's queries.
func (p prometheus) fill(ctx context.Context, of *panel) error {
	for _, t := range of.Targets {
		found, err := p.query(ctx, strings.ReplaceAll(t.Expr, "$__rate_interval", fmt.Sprintf("%ds", int(p.rate.Seconds()))))
		if err != nil {
			return fmt.Errorf("%s: %w", t.Expr, err)
		}
		for _, f := range found {
			of.series = append(of.series, series{legend(t.Legend, f.labels), f.values})
		}
	}
	return nil
}

// found is one line of an answer.
type found struct {
	labels map[string]string
	values []float64
}

func (p prometheus) query(ctx context.Context, expr string) ([]found, error) {
	step := p.to.Sub(p.from) / steps
	ask := url.Values{
		"query": {expr}, "start": {p.from.UTC().Format(time.RFC3339Nano)}, "end": {p.to.UTC().Format(time.RFC3339Nano)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/v1/query_range?"+ask.Encode(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w; is a Prometheus at --prometheus?", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Values [][2]any
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Status != "success" {
		return nil, fmt.Errorf("refused: %s", answer.Error)
	}
	var all []found
	for _, r := range answer.Data.Result {
		f := found{r.Metric, slices.Repeat([]float64{math.NaN()}, steps+1)}
		for _, v := range r.Values {
			at, _ := v[0].(float64)
			text, _ := v[1].(string)
			value, err := strconv.ParseFloat(text, 64)
			i := int(math.Round((at - float64(p.from.UnixNano())/1e9) / step.Seconds()))
			if err == nil && i >= 0 && i <= steps {
				f.values[i] = value
			}
		}
		all = append(all, f)
	}
	return all, nil
}

var placeholder = regexp.MustCompile(`{{\s*(\w+)\s*}}`)

// legend is what a line is called: by its format or, without one, by its labels.
func legend(format string, labels map[string]string) string {
	if format != "" {
		return placeholder.ReplaceAllStringFunc(format, func(m string) string { return labels[placeholder.FindStringSubmatch(m)[1]] })
	}
	var all []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, k+"="+labels[k])
	}
	return strings.Join(all, " ")
}
