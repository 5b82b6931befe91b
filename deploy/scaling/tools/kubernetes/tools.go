//go:build tools

// Package kubernetes pins the version of the control plane that the record of scaling is made with.
package kubernetes

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
