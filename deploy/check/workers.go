package check

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"autointel.example/internal/program"
)

// closing is how long a program may take after its work has ended: two servers, of up to 5 s each.
const closing = 10 * time.Second

// workers checks how each Deployment starts, stops and is spread.
func (o *Objects) workers(c *complaints) {
	for name, d := range o.Deployments {
		where, spec := "Deployment "+name, d.Spec.Template.Spec
		if d.Spec.Replicas != nil {
			c.add("%s: says how many there are, which is the autoscaler's to say", where)
		}
		if len(spec.TopologySpreadConstraints) == 0 {
			c.add("%s: is not spread", where)
		}
		container := spec.Containers[0]
		wait := time.Duration(0)
		if l := container.Lifecycle; l != nil && l.PreStop != nil && l.PreStop.Sleep != nil {
			wait = time.Duration(l.PreStop.Sleep.Seconds) * time.Second
		}
		need := wait + program.Drain + closing
		if g := spec.TerminationGracePeriodSeconds; g == nil || time.Duration(*g)*time.Second <= need {
			c.add("%s: is killed before it has drained, which takes up to %s", where, need)
		}
		probe(c, where, "liveness", container, container.LivenessProbe, "/healthz")
		probe(c, where, "readiness", container, container.ReadinessProbe, "/readyz")
		probe(c, where, "startup", container, container.StartupProbe, "/healthz")
		guarded := 0
		for _, b := range o.Budgets {
			if s, err := metav1.LabelSelectorAsSelector(b.Spec.Selector); err == nil && s.Matches(set(d.Spec.Template.Labels)) {
				guarded++
			}
		}
		if guarded != 1 {
			c.add("%s: has %d disruption budgets and not one", where, guarded)
		}
	}
}

// probe checks that a probe asks the path that answers it. What /readyz says depends on the broker, so it must not decide
// whether a process is killed.
func probe(c *complaints, where, kind string, container corev1.Container, p *corev1.Probe, path string) {
	switch {
	case p == nil || p.HTTPGet == nil:
		c.add("%s: no %s probe", where, kind)
	case p.HTTPGet.Path != path:
		c.add("%s: the %s probe asks %s instead of %s", where, kind, p.HTTPGet.Path, path)
	case !named(container, p.HTTPGet.Port):
		c.add("%s: the %s probe asks the port %s, which the container has not", where, kind, p.HTTPGet.Port.String())
	}
}

// named reports whether a container has a port, by its name or its number.
func named(container corev1.Container, port intstr.IntOrString) bool {
	for _, p := range container.Ports {
		if p.Name == port.StrVal && port.Type == intstr.String || p.ContainerPort == port.IntVal && port.Type == intstr.Int {
			return true
		}
	}
	return false
}

type set map[string]string

// Has implements labels.Labels.
func (s set) Has(label string) bool { _, ok := s[label]; return ok }

// Get implements labels.Labels.
func (s set) Get(label string) string { return s[label] }

// Lookup implements labels.Labels.
func (s set) Lookup(label string) (string, bool) { v, ok := s[label]; return v, ok }

// selectors checks that whoever selects pods selects those that are meant, and knows their ports.
func (o *Objects) selectors(c *complaints) {
	for _, s := range o.Services {
		where := "Service " + s.Name
		for _, p := range o.selects(c, where, &metav1.LabelSelector{MatchLabels: s.Spec.Selector}) {
			for _, port := range s.Spec.Ports {
				if !named(p.Template.Spec.Containers[0], port.TargetPort) {
					c.add("%s: %s has no port %s", where, p.Name, port.TargetPort.String())
				}
			}
		}
	}
	for _, b := range o.Budgets {
		o.selects(c, "PodDisruptionBudget "+b.Name, b.Spec.Selector)
	}
	for _, n := range o.Policies {
		where := "NetworkPolicy " + n.Name
		if n.Spec.PodSelector.MatchLabels["app.kubernetes.io/name"] == "nats" {
			continue // those pods are the Helm chart's
		}
		pods := o.selects(c, where, &n.Spec.PodSelector)
		for _, rule := range n.Spec.Ingress {
			for _, port := range rule.Ports {
				served := false
				for _, p := range pods {
					for _, container := range p.Template.Spec.Containers {
						served = served || port.Port != nil && named(container, *port.Port)
					}
				}
				if !served {
					c.add("%s: lets in what no container listens for: %v", where, port.Port)
				}
			}
		}
	}
}

// prepared checks that what workers need is labelled so that it can be applied before them.
func (o *Objects) prepared(c *complaints) {
	if o.Jobs["provision"] == nil && len(o.Broker.Streams) == 0 {
		c.add("there is no Job provision, nor NACK: workers bind to what it makes")
	}
	need := func(kind, name string, labels map[string]string) {
		if labels[stepLabel] != "prepare" {
			c.add("%s %s: has no label %s: prepare, so it is not there before the workers", kind, name, stepLabel)
		}
	}
	for name, j := range o.Jobs {
		need("Job", name, j.Labels)
	}
	for name, m := range o.ConfigMaps {
		need("ConfigMap", name, m.Labels)
	}
	for name, a := range o.Accounts {
		need("ServiceAccount", name, a.Labels)
	}
	for _, n := range o.Policies {
		need("NetworkPolicy", n.Name, n.Labels)
	}
	for name, d := range o.Deployments {
		if d.Labels[stepLabel] != "" {
			c.add("Deployment %s: would start before what it needs", name)
		}
	}
}
