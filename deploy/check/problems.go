package check

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// stepLabel selects what is applied before the workers of a release.
const stepLabel = "autointel.example/step"

// complaints collects what is wrong.
type complaints []string

func (c *complaints) add(format string, args ...any) { *c = append(*c, fmt.Sprintf(format, args...)) }

// Problems lists everything that is wrong with the objects of an overlay of the repository at root; settings are Settings'.
func Problems(o *Objects, root string, settings map[string][]string) []string {
	var c complaints
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return []string{err.Error()}
	}
	for _, p := range o.Pods {
		where := p.Kind + " " + p.Name
		for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &p.Template.ObjectMeta, &p.Template.Spec) {
			if !result.Allowed {
				c.add("%s: not restricted: %s: %s", where, result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
		o.pod(&c, where, p, settings)
	}
	o.workers(&c)
	o.selectors(&c)
	o.prepared(&c)
	o.scaling(&c)
	o.watching(&c)
	o.broker(&c)
	o.secrets(&c, root)
	return c
}

// pod checks what a pod template says of itself and of the objects it names.
func (o *Objects) pod(c *complaints, where string, p Pod, settings map[string][]string) {
	spec := p.Template.Spec
	if o.Accounts[spec.ServiceAccountName] == nil {
		c.add("%s: there is no ServiceAccount %q", where, spec.ServiceAccountName)
	}
	if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
		c.add("%s: mounts a token for the cluster's API, which it does not need", where)
	}
	volumes := map[string]bool{}
	for _, v := range spec.Volumes {
		volumes[v.Name] = true
		if v.Secret != nil && v.Secret.SecretName != "autointel-"+secretOf(p) {
			c.add("%s: reads the Secret %s, which is not its own", where, v.Secret.SecretName)
		}
		if v.PersistentVolumeClaim != nil && !o.Claims[v.PersistentVolumeClaim.ClaimName] {
			c.add("%s: there is no PersistentVolumeClaim %s", where, v.PersistentVolumeClaim.ClaimName)
		}
	}
	for _, container := range spec.Containers {
		o.container(c, where, container, volumes, settings)
	}
}

// secretOf names whose credentials a pod has: provisioning is the operator's.
func secretOf(p Pod) string {
	if p.Component() == "provision" {
		return "operator"
	}
	return p.Component()
}

func (o *Objects) container(c *complaints, where string, container corev1.Container, volumes map[string]bool, settings map[string][]string) {
	name := path.Base(container.Image)
	name, tag, _ := strings.Cut(name, ":")
	program := strings.TrimPrefix(name, "autointel-")
	known := settings[program]
	if known == nil {
		c.add("%s: the image %s is none of ours", where, container.Image)
	}
	if tag == "" || tag == "latest" {
		c.add("%s: the image %s has no version", where, container.Image)
	}
	if s := container.SecurityContext; s == nil || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
		c.add("%s: its root file system can be written", where)
	}
	if container.Resources.Requests.Cpu().IsZero() || container.Resources.Limits.Memory().IsZero() {
		c.add("%s: no request of CPU or no limit of memory", where)
	}
	var mounts []string
	for _, m := range container.VolumeMounts {
		mounts = append(mounts, m.MountPath)
		if !volumes[m.Name] {
			c.add("%s: there is no volume %s", where, m.Name)
		}
	}
	for _, e := range o.environment(c, where, container) {
		switch {
		case !contains(known, e.Name):
			c.add("%s: %s reads no setting %s", where, program, e.Name)
		case strings.HasPrefix(e.Value, "/") && !under(e.Value, mounts):
			c.add("%s: %s is %s, where nothing is mounted", where, e.Name, e.Value)
		case strings.HasSuffix(e.Name, "_ADDR") && !hasPort(container, e.Value):
			c.add("%s: %s is %s, which is no port of the container", where, e.Name, e.Value)
		case e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil && e.ValueFrom.SecretKeyRef.Name != "autointel-"+program:
			c.add("%s: %s comes from the Secret %s, which is not its own", where, e.Name, e.ValueFrom.SecretKeyRef.Name)
		}
	}
}

// environment is what the container's program finds set.
func (o *Objects) environment(c *complaints, where string, container corev1.Container) []corev1.EnvVar {
	all := container.Env
	for _, from := range container.EnvFrom {
		if from.ConfigMapRef == nil || o.ConfigMaps[from.ConfigMapRef.Name] == nil {
			c.add("%s: the environment comes from something that is not here", where)
			continue
		}
		for name, value := range o.ConfigMaps[from.ConfigMapRef.Name].Data {
			all = append(all, corev1.EnvVar{Name: name, Value: value})
		}
	}
	return all
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func under(file string, directories []string) bool {
	for _, d := range directories {
		if file == d || strings.HasPrefix(file, d+"/") {
			return true
		}
	}
	return false
}

func hasPort(container corev1.Container, addr string) bool {
	for _, p := range container.Ports {
		if strings.HasSuffix(addr, fmt.Sprintf(":%d", p.ContainerPort)) {
			return true
		}
	}
	return false
}

// selects lists the pods that a selector matches.
func (o *Objects) selects(c *complaints, where string, s *metav1.LabelSelector) []Pod {
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		c.add("%s: %v", where, err)
		return nil
	}
	var pods []Pod
	for _, p := range o.Pods {
		if selector.Matches(labels.Set(p.Template.Labels)) {
			pods = append(pods, p)
		}
	}
	if len(pods) == 0 {
		c.add("%s: selects no pod", where)
	}
	return pods
}
