package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// program is one that the record needs, with the module below deploy/scaling, or the service, that it is built from.
type program struct{ name, module, path string }

// programs are all of them. The control plane is built from the Go module proxy; each part has a go.mod of its own, as
// they disagree about what they depend on.
var programs = []program{
	{"etcd", "tools/etcd", "go.etcd.io/etcd/server/v3"},
	{"kube-apiserver", "tools/kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"},
	{"kube-controller-manager", "tools/kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"},
	{"keda-operator", "tools/keda", "github.com/kedacore/keda/v2/cmd/operator"},
	{"keda-adapter", "tools/keda", "github.com/kedacore/keda/v2/cmd/adapter"},
	{"analyzer", "../../services/analyzer", "./cmd/analyzer"},
	{"archiver", "../../services/archiver", "./cmd/archiver"},
}

// build builds what is not there yet; the services always, as they are what changes. The control plane takes most of an hour of one core.
func build(ctx context.Context, source, into string, say func(string, ...any)) error {
	for _, p := range programs {
		out := filepath.Join(into, p.name)
		if _, err := os.Stat(out); err == nil && filepath.Dir(p.module) == "tools" {
			continue
		}
		say("building %s", p.name)
		args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}
		if p.module == "tools/keda" {
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
