package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	nack "github.com/nats-io/nack/pkg/jetstream/apis/jetstream/v1beta2"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// Render builds a kustomization, as `kubectl kustomize` does.
func Render(dir string) ([]byte, error) {
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, err
	}
	return objects.AsYaml()
}

// Pod is a pod template and the object that makes pods of it.
type Pod struct {
	Kind, Name string
	Labels     map[string]string
	Template   *corev1.PodTemplateSpec
}

// Component is the service, or the job, that the pod runs.
func (p Pod) Component() string { return p.Template.Labels["app.kubernetes.io/component"] }

// Objects are those of one overlay, by what is asked of them.
type Objects struct {
	Pods        []Pod
	Deployments map[string]*appsv1.Deployment
	Jobs        map[string]*batchv1.Job
	Services    []*corev1.Service
	Accounts    map[string]*corev1.ServiceAccount
	ConfigMaps  map[string]*corev1.ConfigMap
	Claims      map[string]bool
	Budgets     []*policyv1.PodDisruptionBudget
	Policies    []*networkingv1.NetworkPolicy
	Scaled      []*keda.ScaledObject
	Monitors    []*monitoring.PodMonitor
	Rules       []*monitoring.PrometheusRule
	Broker      Broker
	Externals   []ExternalSecret
}

// Decode reads every document, strictly: an unknown or repeated field, or a kind that nobody here knows, is an error.
func Decode(manifests []byte) (*Objects, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, policyv1.AddToScheme, networkingv1.AddToScheme, keda.AddToScheme, monitoring.AddToScheme,
		nack.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	documents := utilyaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(manifests)))
	o := &Objects{
		Deployments: map[string]*appsv1.Deployment{}, Jobs: map[string]*batchv1.Job{}, Accounts: map[string]*corev1.ServiceAccount{},
		ConfigMaps: map[string]*corev1.ConfigMap{}, Claims: map[string]bool{},
	}
	o.Broker.Accounts = map[string]*nack.Account{}
	var errs []error
	buffer := make([]byte, len(manifests)+1)
	for n := 1; ; n++ {
		size, err := documents.Read(buffer)
		if errors.Is(err, io.EOF) {
			return o, errors.Join(errs...)
		}
		if err != nil {
			return o, err
		}
		if err = o.read(decoder, buffer[:size]); err != nil {
			errs = append(errs, fmt.Errorf("document %d: %w", n, err))
		}
	}
}

// read reads one document: by the definition of its kind where that is here, and into its type where there is one.
func (o *Objects) read(decoder runtime.Decoder, document []byte) error {
	kind, err := defined(document)
	if err != nil {
		return err
	}
	if kind == "ExternalSecret" {
		var e ExternalSecret
		err := yaml.Unmarshal(document, &e)
		o.Externals = append(o.Externals, e)
		return err
	}
	object, _, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return err
	}
	return o.add(object)
}

func (o *Objects) add(object runtime.Object) error {
	pod := func(kind string, m metav1.ObjectMeta, t *corev1.PodTemplateSpec) {
		o.Pods = append(o.Pods, Pod{Kind: kind, Name: m.Name, Labels: m.Labels, Template: t})
	}
	switch v := object.(type) {
	case *appsv1.Deployment:
		o.Deployments[v.Name] = v
		pod("Deployment", v.ObjectMeta, &v.Spec.Template)
	case *batchv1.Job:
		o.Jobs[v.Name] = v
		pod("Job", v.ObjectMeta, &v.Spec.Template)
	case *corev1.Service:
		o.Services = append(o.Services, v)
	case *corev1.ServiceAccount:
		o.Accounts[v.Name] = v
	case *corev1.ConfigMap:
		o.ConfigMaps[v.Name] = v
	case *corev1.PersistentVolumeClaim:
		o.Claims[v.Name] = true
	case *policyv1.PodDisruptionBudget:
		o.Budgets = append(o.Budgets, v)
	case *networkingv1.NetworkPolicy:
		o.Policies = append(o.Policies, v)
	case *keda.ScaledObject:
		o.Scaled = append(o.Scaled, v)
	case *monitoring.PodMonitor:
		o.Monitors = append(o.Monitors, v)
	case *monitoring.PrometheusRule:
		o.Rules = append(o.Rules, v)
	case *nack.Account:
		o.Broker.Accounts[v.Name] = v
	case *nack.Stream:
		o.Broker.Streams = append(o.Broker.Streams, v)
	case *nack.Consumer:
		o.Broker.Consumers = append(o.Broker.Consumers, v)
	case *nack.KeyValue:
		o.Broker.Buckets = append(o.Broker.Buckets, v)
	case *nack.ObjectStore:
		o.Broker.Artifacts = append(o.Broker.Artifacts, v)
	case *corev1.Namespace:
		if v.Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
			return fmt.Errorf("the Namespace %s does not enforce the pod security profile restricted", v.Name)
		}
	default:
		return fmt.Errorf("a %T is checked by nobody", object)
	}
	return nil
}
