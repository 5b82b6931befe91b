package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// node stands in for a kubelet: for each pod it runs the service's program as a process, and says that the pod is ready. No
// containers are run, so limits, probes and images play no part.
type node struct {
	cluster   *cluster
	namespace string
	bin, dir  string
	env       map[string][]string // by service
	processes map[types.UID]*exec.Cmd
	say       func(string, ...any)
}

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// run keeps processes in step with pods until the context ends, and stops them.
func (n *node) run(ctx context.Context) error {
	n.processes = map[types.UID]*exec.Cmd{}
	defer func() {
		for id := range n.processes {
			n.end(id)
		}
	}()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := n.step(ctx); err != nil && ctx.Err() == nil {
			n.say("pods: %v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// step starts a process for each new pod and stops those whose pod is gone.
func (n *node) step(ctx context.Context) error {
	list, err := n.cluster.objects.Resource(pods).Namespace(n.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	wanted := map[types.UID]bool{}
	for i := range list.Items {
		pod := &list.Items[i]
		if pod.GetDeletionTimestamp() != nil {
			continue
		}
		wanted[pod.GetUID()] = true
		if n.processes[pod.GetUID()] == nil {
			if err := n.begin(ctx, pod); err != nil {
				return err
			}
		}
	}
	for id := range n.processes {
		if !wanted[id] {
			n.end(id)
		}
	}
	return nil
}

func (n *node) begin(ctx context.Context, pod *unstructured.Unstructured) error {
	service := pod.GetLabels()["app.kubernetes.io/component"]
	log, err := os.Create(filepath.Join(n.dir, pod.GetName()+".log"))
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	cmd := exec.Command(filepath.Join(n.bin, service))
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, append(os.Environ(), n.env[service]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	n.processes[pod.GetUID()] = cmd
	now := time.Now().UTC().Format(time.RFC3339)
	status := fmt.Sprintf(`{"status":{"phase":"Running","startTime":%q,"conditions":[{"type":"Ready","status":"True","lastTransitionTime":%q},{"type":"ContainersReady","status":"True","lastTransitionTime":%q}]}}`, now, now, now)
	_, err = n.cluster.objects.Resource(pods).Namespace(n.namespace).Patch(ctx, pod.GetName(), types.MergePatchType, []byte(status), metav1.PatchOptions{}, "status")
	return err
}

// end tells a process to stop, as a kubelet does, and sees to it.
func (n *node) end(id types.UID) {
	cmd := n.processes[id]
	delete(n.processes, id)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	go func() { _ = cmd.Wait() }()
}
