package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// program is one that the record needs, with the module below deploy/scaling, or the service, that it is built from.
type program struct{ name, module, path string }

// programs are all of them. The control plane is built from the Go module proxy, Kubernetes of the version whose libraries KEDA takes, so that
// they are built once; etcd has a go.mod of its own, as it disagrees with both.
var programs = []program{
	{"etcd", "tools/etcd", "go.etcd.io/etcd/server/v3"},
	{"kube-apiserver", kubernetes, "k8s.io/kubernetes/cmd/kube-apiserver"},
	{"kube-controller-manager", kubernetes, "k8s.io/kubernetes/cmd/kube-controller-manager"},
	{"keda-operator", kubernetes, keda + "/cmd/operator"},
	{"keda-adapter", kubernetes, keda + "/cmd/adapter"},
	{"analyzer", "../../services/analyzer", "./cmd/analyzer"},
	{"archiver", "../../services/archiver", "./cmd/archiver"},
}

// build builds what is not there yet; the services always, as they are what changes. The control plane takes long.
func build(ctx context.Context, source, into string, say func(string, ...any)) error {
	for _, p := range programs {
		out := filepath.Join(into, p.name)
		if _, err := os.Stat(out); err == nil && filepath.Dir(p.module) == "tools" {
			continue
		}
		say("building %s", p.name)
		args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}
		if strings.HasPrefix(p.path, keda) {
			modfile, err := trimKEDA(ctx, source, into)
			if err != nil {
				return err
			}
			args = append(args, "-modfile="+modfile)
		}
		if said, err := goes(ctx, filepath.Join(source, p.module), append(args, p.path)...); err != nil {
			return fmt.Errorf("build %s: %w\n%s", p.name, err, said)
		}
	}
	return nil
}
