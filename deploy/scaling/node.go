package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// node stands in for scheduler and kubelet: for each pod it runs the service's program as a process, and says that the pod is ready
// once the program does at /readyz. No containers are run, so limits, images and the other probes play no part.
type node struct {
	cluster   *cluster
	namespace string
	bin, dir  string
	env       map[string][]string // by service
	processes map[types.UID]*process
	running   sync.WaitGroup // those of pods that are gone as well, which may take a while to end
	say       func(string, ...any)
}

// process is what a pod is here.
type process struct {
	cmd     *exec.Cmd
	address string // of its probes and metrics
	ready   bool   // and the API server knows
}

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// run keeps processes in step with pods until the context ends, stops them, and returns when they have ended.
func (n *node) run(ctx context.Context) error {
	n.processes = map[types.UID]*process{}
	defer func() {
		for _, p := range n.processes {
			p.end()
		}
		n.running.Wait()
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

// step starts a process for each new pod, stops those whose pod is gone, and says which have become ready.
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
		p := n.processes[pod.GetUID()]
		if p == nil {
			if p, err = n.begin(pod); err != nil {
				return err
			}
			n.processes[pod.GetUID()] = p
		}
		if !p.ready && p.isReady(ctx) {
			if err := n.publish(ctx, pod.GetName()); err != nil {
				return err
			}
			p.ready = true
		}
	}
	for id, p := range n.processes {
		if !wanted[id] {
			p.end()
			delete(n.processes, id)
		}
	}
	return nil
}

// begin starts the program of a pod. It is not restarted: a program that fails shows as a pod that does not become ready.
func (n *node) begin(pod *unstructured.Unstructured) (*process, error) {
	service := pod.GetLabels()["app.kubernetes.io/component"]
	log, err := os.Create(filepath.Join(n.dir, pod.GetName()+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(n.bin, service)) // #nosec G204 -- a program that was built here
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, append(os.Environ(), append(slices.Clone(n.env[service]), "AUTOINTEL_HTTP_ADDR="+address)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	n.running.Go(func() { _ = cmd.Wait() })
	return &process{cmd: cmd, address: address}, nil
}

// prober has the patience of the Deployment's probe.
var prober = &http.Client{Timeout: 4 * time.Second}

// isReady asks the program.
func (p *process) isReady(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := prober.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// publish tells the API server that a pod runs and is ready.
func (n *node) publish(ctx context.Context, pod string) error {
	now := time.Now().UTC().Format(time.RFC3339)
	status := fmt.Sprintf(`{"status":{"phase":"Running","startTime":%[1]q,"conditions":[{"type":"Ready","status":"True","lastTransitionTime":%[1]q},{"type":"ContainersReady","status":"True","lastTransitionTime":%[1]q}]}}`, now)
	_, err := n.cluster.objects.Resource(pods).Namespace(n.namespace).Patch(ctx, pod, types.MergePatchType, []byte(status), metav1.PatchOptions{}, "status")
	return err
}

// end tells a process to stop, as a kubelet does; it takes until its work at hand is done.
func (p *process) end() { _ = p.cmd.Process.Signal(syscall.SIGTERM) }

// freeAddress is one of this machine that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
