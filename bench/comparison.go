package main

import (
	"fmt"
	"strings"

	"autointel.example/bench/load"
	"autointel.example/bench/render"
)

// comparison is what a run has shown of all systems.
type comparison struct {
	render.Origin
	Rounds  int        `json:"rounds"`
	Systems []compared `json:"systems"`
}

// compared is what the rounds of one system have shown. A figure is the median of the rounds.
type compared struct {
	Name               string          `json:"name"`
	Durability         load.Durability `json:"durability"`
	Settings           string          `json:"settings,omitempty"`
	WorkflowsPerSecond float64         `json:"workflows_per_second"`
	P50MS              float64         `json:"p50_ms"`
	P99MS              float64         `json:"p99_ms"`
	CPUSecondsPer1000  float64         `json:"cpu_seconds_per_1000"`
	OneInFlightP50MS   float64         `json:"one_in_flight_p50_ms"`
	Spread             render.Spread   `json:"workflows_per_second_spread"`
	OfAutointel        *render.Spread  `json:"ratio_to_autointel,omitempty"` // workflows per second, round by round
	OfRaw              *render.Spread  `json:"ratio_to_raw,omitempty"`
	Lost               int             `json:"lost"`
	Doubled            int             `json:"doubled"`
	Missing            string          `json:"missing,omitempty"`  // why no round has a figure
	Failures           []string        `json:"failures,omitempty"` // of single rounds
	Rounds             []load.Result   `json:"rounds,omitempty"`
}

// trial is one system's turn in one round.
type trial struct {
	round      int
	name       string
	durability load.Durability
	result     load.Result
	err        error
}

// compare sums up the trials of a run, system by system in the order of their first turn.
func compare(trials []trial) []compared {
	type key struct {
		name       string
		durability load.Durability
	}
	var order []key
	of := map[key][]trial{}
	for _, t := range trials {
		k := key{t.name, t.durability}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], t)
	}
	var all []compared
	for _, k := range order {
		c := summary(of[k])
		c.OfAutointel = ratios(of[k], of[key{"autointel", k.durability}])
		c.OfRaw = ratios(of[k], of[key{"raw", k.durability}])
		all = append(all, c)
	}
	return all
}

func summary(trials []trial) compared {
	c := compared{Name: trials[0].name, Durability: trials[0].durability}
	var rate, p50, p99, cpu, one []float64
	for _, t := range trials {
		if t.err != nil {
			c.Failures = append(c.Failures, fmt.Sprintf("round %d: %v", t.round, t.err))
			continue
		}
		r := t.result
		c.Settings, c.Rounds = r.Settings, append(c.Rounds, r)
		c.Lost, c.Doubled = c.Lost+r.Lost, c.Doubled+r.Doubled
		rate, p50, p99, cpu = append(rate, r.WorkflowsPerSecond), append(p50, r.P50MS), append(p99, r.P99MS), append(cpu, r.CPUSecondsPer1000)
		if r.One != nil {
			one = append(one, r.One.P50MS)
		}
	}
	if len(c.Rounds) == 0 {
		c.Missing, c.Failures = trials[0].err.Error(), nil
	}
	c.Spread = render.SpreadOf(rate)
	c.WorkflowsPerSecond, c.P50MS, c.P99MS = c.Spread.Median, render.SpreadOf(p50).Median, render.SpreadOf(p99).Median
	c.CPUSecondsPer1000, c.OneInFlightP50MS = render.SpreadOf(cpu).Median, render.SpreadOf(one).Median
	return c
}

// ratios compares within rounds, in which both had the same machine: it returns nil if no round has both.
func ratios(trials, to []trial) *render.Spread {
	base := map[int]float64{}
	for _, t := range to {
		if t.err == nil {
			base[t.round] = t.result.WorkflowsPerSecond
		}
	}
	var all []float64
	for _, t := range trials {
		if b := base[t.round]; t.err == nil && b > 0 {
			all = append(all, t.result.WorkflowsPerSecond/b)
		}
	}
	if len(all) == 0 {
		return nil
	}
	s := render.SpreadOf(all)
	return &s
}

// warnings are what a reader of the figures must not overlook.
func (c comparison) warnings() []string {
	var all []string
	for _, s := range c.Systems {
		who := fmt.Sprintf("%s (%s)", s.Name, s.Durability)
		if s.Missing != "" {
			all = append(all, who+" was not measured: "+s.Missing)
		}
		if s.Lost > 0 {
			all = append(all, fmt.Sprintf("%s: %d workflows were started and never completed", who, s.Lost))
		}
		if s.Doubled > 0 {
			all = append(all, fmt.Sprintf("%s: %d completions were one too many", who, s.Doubled))
		}
		for _, f := range s.Failures {
			all = append(all, who+": "+f)
		}
	}
	return all
}

// markdown is the comparison for people.
func (c comparison) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", c.conditions())
	for _, d := range []load.Durability{load.Fast, load.Durable} {
		var rows [][]string
		for _, s := range c.Systems {
			if s.Durability == d && s.Missing == "" {
				rows = append(rows, []string{
					s.Name, s.Spread.String(), ratio(s.OfAutointel), ratio(s.OfRaw), render.Figure(s.P50MS), render.Figure(s.P99MS),
					render.Figure(s.OneInFlightP50MS), render.Figure(s.CPUSecondsPer1000),
				})
			}
		}
		if len(rows) > 0 {
			fmt.Fprintf(&b, "\n%s\n\n%s", meaning[d], render.Table([]string{"system", "workflows/s", "of autointel's", "of raw's", "p50 ms", "p99 ms", "p50 ms, one in flight", "CPU s per 1,000"}, rows))
		}
	}
	if warnings := c.warnings(); len(warnings) > 0 {
		fmt.Fprintf(&b, "\n- %s\n", strings.Join(warnings, "\n- "))
	}
	b.WriteString("\nHow each was set up:\n\n")
	said := map[string]bool{}
	for _, s := range c.Systems {
		if s.Settings != "" && !said[s.Settings] {
			said[s.Settings] = true
			fmt.Fprintf(&b, "- %s (%s): %s\n", s.Name, s.Durability, s.Settings)
		}
	}
	return b.String()
}

// meaning says what a durability promises.
var meaning = map[load.Durability]string{
	load.Fast:    "Fast: a step is acknowledged once the operating system has it. A crash of the program loses nothing, a power cut may lose the last of it.",
	load.Durable: "Durable: a step is acknowledged once the disk has it. A power cut loses nothing.",
}

func (c comparison) conditions() string {
	return fmt.Sprintf("%s Each figure is the median of %d rounds, in which the systems took turns; in parentheses the lowest and the highest. Ratios were taken within rounds.", c.Origin, c.Rounds)
}

func ratio(s *render.Spread) string {
	if s == nil {
		return "-"
	}
	return s.String()
}

// chart draws workflows per second.
func (c comparison) chart() string {
	bars := render.Bars{Title: "Workflows of durable steps, per second", Note: c.Machine + ", " + c.Date}
	for _, d := range []load.Durability{load.Fast, load.Durable} {
		first, _, _ := strings.Cut(meaning[d], ".")
		g := render.Group{Name: first}
		for _, s := range c.Systems {
			if s.Durability == d {
				g.Bars = append(g.Bars, render.Bar{Name: s.Name, Value: s.Spread, Ours: strings.HasPrefix(s.Name, "autointel"), Missing: s.Missing})
			}
		}
		if len(g.Bars) > 0 {
			bars.Groups = append(bars.Groups, g)
		}
	}
	return bars.SVG()
}
