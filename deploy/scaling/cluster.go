package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var (
	plain   = serializer.WithoutConversionCodecFactory{CodecFactory: scheme.Codecs}
	version = schema.GroupVersion{Version: "v1"}
)

// cluster applies objects to the API server.
type cluster struct {
	objects dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
}

func newCluster(config *rest.Config) (*cluster, error) {
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return &cluster{objects, restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found))}, nil
}

// apply makes objects what they are to be. A kind that is not there yet is waited for.
func (c *cluster) apply(ctx context.Context, all ...*unstructured.Unstructured) error {
	for _, o := range all {
		err := patiently(ctx, 30*time.Second, func() error {
			kind := o.GroupVersionKind()
			mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
			if err != nil {
				c.mapper.Reset()
				return err
			}
			var to dynamic.ResourceInterface = c.objects.Resource(mapping.Resource)
			if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
				to = c.objects.Resource(mapping.Resource).Namespace(o.GetNamespace())
			}
			_, err = to.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: "scaling", Force: true})
			return err
		})
		if err != nil {
			return fmt.Errorf("apply %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

// decode reads the objects of a YAML stream.
func decode(content []byte) (all []*unstructured.Unstructured, err error) {
	documents := yamlutil.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		o := &unstructured.Unstructured{}
		if err := documents.Decode(&o.Object); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if len(o.Object) > 0 {
			all = append(all, o)
		}
	}
}

// kedaObjects are KEDA's resource definitions, as its module has them, and what leads the API server to its adapter.
func kedaObjects(ctx context.Context, source string, address net.IP) ([]*unstructured.Unstructured, error) {
	dir, err := kedaModule(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("find KEDA's module: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "config/crd/bases/*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		objects, err := decode(content)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	route, err := decode(fmt.Appendf(nil, route, adapterPort, adapterPort, address))
	return append(all, route...), err
}

// route leads to the adapter, which is no pod.
const route = `
apiVersion: v1
kind: Namespace
metadata: {name: keda}
---
apiVersion: v1
kind: Service
metadata: {name: keda-metrics-apiserver, namespace: keda}
spec: {ports: [{name: https, port: 443, targetPort: %s}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: keda-metrics-apiserver, namespace: keda, labels: {kubernetes.io/service-name: keda-metrics-apiserver}}
addressType: IPv4
ports: [{name: https, port: %s, protocol: TCP}]
endpoints: [{addresses: [%s], conditions: {ready: true}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  service: {name: keda-metrics-apiserver, namespace: keda}
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
`

// brought is the Secret of the archiver that whoever installs it brings: KEDA reads all that a pod is given.
const brought = `
apiVersion: v1
kind: Secret
metadata: {name: autointel-archiver, namespace: autointel}
stringData: {database-url: %q}
`

// overlay builds the production overlay and keeps what scales: the namespace, the settings, and the Deployments and ScaledObjects of the services. What
// is changed for the record is changed here, and nowhere else.
func overlay(source string, services []string, monitoring string) (all []*unstructured.Unstructured, err error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(source, "../kubernetes/overlays/production"))
	if err != nil {
		return nil, err
	}
	content, err := built.AsYaml()
	if err != nil {
		return nil, err
	}
	objects, err := decode(content)
	if err != nil {
		return nil, err
	}
	for _, o := range objects {
		mine := false
		for _, s := range services {
			mine = mine || o.GetName() == s
		}
		switch {
		case o.GetKind() == "Namespace", o.GetKind() == "ConfigMap", o.GetKind() == "Deployment" && mine:
			all = append(all, o)
		case o.GetKind() == "ScaledObject" && mine:
			if err := hasten(o, monitoring); err != nil {
				return nil, err
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// hasten makes a ScaledObject go down to one replica, look at the lag every 5 s instead of every 10, and come down within a
// minute instead of a quarter of an hour.
func hasten(o *unstructured.Unstructured, monitoring string) error {
	spec := o.Object["spec"].(map[string]any)
	spec["minReplicaCount"], spec["pollingInterval"], spec["cooldownPeriod"] = int64(1), int64(5), int64(15)
	down := map[string]any{"stabilizationWindowSeconds": int64(15), "policies": []any{map[string]any{"type": "Pods", "value": int64(4), "periodSeconds": int64(15)}}}
	if err := unstructured.SetNestedMap(o.Object, down, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior", "scaleDown"); err != nil {
		return err
	}
	triggers, _, err := unstructured.NestedSlice(o.Object, "spec", "triggers")
	if err != nil {
		return err
	}
	for _, t := range triggers {
		if metadata, ok := t.(map[string]any)["metadata"].(map[string]any); ok && metadata["natsServerMonitoringEndpoint"] != nil {
			metadata["natsServerMonitoringEndpoint"] = monitoring
		}
	}
	return unstructured.SetNestedSlice(o.Object, triggers, "spec", "triggers")
}
