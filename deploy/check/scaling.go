package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/prometheus/client_golang/prometheus"

	"autointel.example/internal/telemetry"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// ConsumersOf lists the durable consumers that a service handles the messages of.
func ConsumersOf(service string) []string {
	switch service {
	case "notifier":
		return append(schemas.NotifierConsumers(), schemas.ConsumerProgress, schemas.ConsumerWatch)
	case "archiver":
		return schemas.ArchiverConsumers()
	}
	var names []string
	for _, stage := range workflow.StagesOf(service) {
		for _, d := range workflow.ConsumersOf(stage) {
			if d.Name != schemas.StageConsumerName(stage, schemas.OnRepeat) { // it should never be needed, and one replica is enough for it
				names = append(names, d.Name)
			}
		}
	}
	return append(names, schemas.DeadConsumerName(service))
}

// knobs are the metadata that KEDA's nats-jetstream trigger reads.
var knobs = []string{"natsServerMonitoringEndpoint", "account", "accountID", "stream", "consumer", "lagThreshold", "activationLagThreshold", "useHttps"}

// scaling checks that each service is scaled by all of its consumers, if it is scaled at all.
func (o *Objects) scaling(c *complaints) {
	if len(o.Scaled) == 0 {
		return
	}
	streams := map[string]string{}
	for _, d := range workflow.Consumers() {
		streams[d.Name] = d.Stream
	}
	covered := map[string]bool{}
	for _, s := range o.Scaled {
		where, target := "ScaledObject "+s.Name, s.Spec.ScaleTargetRef.Name
		if o.Deployments[target] == nil {
			c.add("%s: there is no Deployment %s", where, target)
		}
		wanted := ConsumersOf(target)
		for _, t := range s.Spec.Triggers {
			if t.Type == "cpu" {
				continue
			}
			o.trigger(c, where, t, streams, wanted)
			covered[t.Metadata["consumer"]] = true
		}
		least, most := s.Spec.MinReplicaCount, s.Spec.MaxReplicaCount
		if least == nil || *least < 1 || most == nil || *most < *least {
			c.add("%s: between how many and how many? At least 1, and the consumer of a service at 0 would wait for ever if KEDA cannot read it", where)
		}
		if target == "notifier" && most != nil && *most > 4 {
			c.add("%s: more than 4 notifiers only wait for the rate limits of Discord", where)
		}
		if s.Spec.Fallback == nil || s.Spec.Fallback.Behavior != keda.FallbackBehaviorCurrentReplicasIfHigher {
			c.add("%s: no fallback that keeps what there is", where)
		}
	}
	for name := range streams {
		if !covered[name] && !strings.HasSuffix(name, "-after-"+schemas.OnRepeat) {
			c.add("no ScaledObject is scaled by the consumer %s", name)
		}
	}
}

func (o *Objects) trigger(c *complaints, where string, t keda.ScaleTriggers, streams map[string]string, wanted []string) {
	consumer := t.Metadata["consumer"]
	for key := range t.Metadata {
		if !slices.Contains(knobs, key) {
			c.add("%s: a nats-jetstream trigger has no %s", where, key)
		}
	}
	n, err := strconv.Atoi(t.Metadata["lagThreshold"])
	switch {
	case t.Type != "nats-jetstream":
		c.add("%s: the trigger %s is none of those that were thought of", where, t.Type)
	case streams[consumer] == "":
		c.add("%s: there is no consumer %q", where, consumer)
	case !slices.Contains(wanted, consumer):
		c.add("%s: the consumer %s is another service's", where, consumer)
	case streams[consumer] != t.Metadata["stream"]:
		c.add("%s: the consumer %s is of the stream %s and not of %s", where, consumer, streams[consumer], t.Metadata["stream"])
	case err != nil || n < 1:
		c.add("%s: the lagThreshold of %s is no number above 0", where, consumer)
	case !strings.HasPrefix(t.Metadata["natsServerMonitoringEndpoint"], "nats-headless.") || !strings.HasSuffix(t.Metadata["natsServerMonitoringEndpoint"], ":8222"):
		c.add("%s: %s must be read at the monitoring port of the headless service: the leader is looked for by name", where, consumer)
	}
}

// metricName finds our metrics in an expression; series finds the name that a description was made with.
var (
	metricName = regexp.MustCompile(`\b(?:autointel|discord|workflow|orphaned)_[a-z_]+\b`)
	series     = regexp.MustCompile(`fqName: "([^"]+)"`)
	suffixes   = []string{"", "_bucket", "_count", "_sum"}
)

// watching checks that what is scraped is served, and that alerts are about metrics that exist.
func (o *Objects) watching(c *complaints) {
	for _, m := range o.Monitors {
		for _, p := range o.selects(c, "PodMonitor "+m.Name, &m.Spec.Selector) {
			for _, e := range m.Spec.PodMetricsEndpoints {
				ok := p.Kind == "Job" // has gone before it could be scraped
				for _, port := range p.Template.Spec.Containers[0].Ports {
					ok = ok || e.Port != nil && port.Name == *e.Port
				}
				if !ok || e.Path != "/metrics" {
					c.add("PodMonitor %s: %s serves no metrics there", m.Name, p.Name)
				}
			}
		}
	}
	known := Metrics()
	for _, r := range o.Rules {
		for _, g := range r.Spec.Groups {
			for _, rule := range g.Rules {
				for _, name := range metricName.FindAllString(rule.Expr.String(), -1) {
					if !slices.ContainsFunc(suffixes, func(s string) bool { base, ok := strings.CutSuffix(name, s); return ok && known[base] }) {
						c.add("the alert %s is about %s, which is no metric of ours", rule.Alert, name)
					}
				}
			}
		}
	}
}

// Metrics are the names of the metrics that the programs register.
func Metrics() map[string]bool {
	descriptions := make(chan *prometheus.Desc, 256)
	registry := telemetry.NewMetrics().Registry
	go func() { registry.Describe(descriptions); close(descriptions) }()
	names := map[string]bool{}
	for d := range descriptions {
		if m := series.FindStringSubmatch(d.String()); m != nil {
			names[m[1]] = true
		}
	}
	return names
}
