package check

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExternalSecret is what is looked at of a resource of External Secrets; its definition judges the rest.
type ExternalSecret struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Target struct {
			Name string `json:"name"`
		} `json:"target"`
		Data []struct {
			SecretKey string `json:"secretKey"`
		} `json:"data"`
	} `json:"spec"`
}

// secrets checks that whoever reads a Secret finds in it what it reads, if Secrets come from somewhere that stands here.
func (o *Objects) secrets(c *complaints, root string) {
	if len(o.Externals) == 0 {
		return
	}
	keys := map[string][]string{}
	for _, e := range o.Externals {
		for _, d := range e.Spec.Data {
			keys[e.Spec.Target.Name] = append(keys[e.Spec.Target.Name], d.SecretKey)
		}
		if e.Labels[stepLabel] != "prepare" {
			c.add("ExternalSecret %s: has no label %s: prepare, so it is not there before the workers", e.Name, stepLabel)
		}
	}
	need := func(where, secret, key string) {
		if !slices.Contains(keys[secret], key) {
			c.add("%s: reads %s of the Secret %s, which no ExternalSecret makes", where, key, secret)
		}
	}
	for _, p := range o.Pods {
		o.reads(c, p, need)
	}
	for name, a := range o.Broker.Accounts {
		if a.Spec.TLS != nil && a.Spec.TLS.Secret != nil {
			need("Account "+name, a.Spec.TLS.Secret.Name, a.Spec.TLS.RootCAs)
		}
		if a.Spec.NKey != nil && a.Spec.NKey.Secret != nil {
			need("Account "+name, a.Spec.NKey.Secret.Name, a.Spec.NKey.Seed)
		}
	}
	values, err := os.ReadFile(filepath.Join(root, "deploy", "kubernetes", "nats", "values.yaml"))
	if err != nil {
		c.add("the values of NATS' chart: %v", err)
	}
	for _, m := range secretName.FindAllSubmatch(values, -1) {
		if keys[string(m[1])] == nil {
			c.add("NATS: reads the Secret %s, which no ExternalSecret makes", m[1])
		}
	}
}

var secretName = regexp.MustCompile(`secretName: ([a-z-]+)`)

// reads tells which keys of which Secrets the containers of a pod read: by name, or as files under a mount.
func (o *Objects) reads(c *complaints, p Pod, need func(where, secret, key string)) {
	mounted := map[string]string{} // volume to Secret
	for _, v := range p.Template.Spec.Volumes {
		if v.Secret != nil {
			mounted[v.Name] = v.Secret.SecretName
		}
	}
	for _, container := range p.Template.Spec.Containers {
		where := p.Kind + " " + p.Name
		for _, e := range o.environment(c, where, container) {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				need(where, e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key)
			}
			for _, m := range container.VolumeMounts {
				if file, ok := strings.CutPrefix(e.Value, m.MountPath+"/"); ok && mounted[m.Name] != "" {
					need(where, mounted[m.Name], file)
				}
			}
		}
	}
}
