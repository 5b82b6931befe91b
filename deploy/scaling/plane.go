package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// plane is a control plane without nodes: etcd, the API server, the controllers, and KEDA.
type plane struct {
	dir, bin string
	address  net.IP // of this machine: the aggregator does not go to a loopback address
	running  []*exec.Cmd
}

// The token of the one user, who may do everything, and ports.
const (
	token       = "scaling"
	apiPort     = "16443"
	adapterPort = "16444"
)

// start starts one program whose output goes to a file of its name.
func (p *plane) start(name string, env []string, args ...string) error {
	log, err := os.Create(filepath.Join(p.dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close() // the child has its own
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Stdout, cmd.Stderr, cmd.Env, cmd.Dir = log, log, append(os.Environ(), env...), p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	p.running = append(p.running, cmd)
	return nil
}

// stop kills all, the last one first.
func (p *plane) stop() {
	for i := len(p.running) - 1; i >= 0; i-- {
		_ = p.running[i].Process.Kill()
		_ = p.running[i].Wait()
	}
}

// control starts etcd, the API server and the controllers, and returns how they are reached.
func (p *plane) control(ctx context.Context) (*rest.Config, error) {
	at := func(name string) string { return filepath.Join(p.dir, name) }
	if err := certificates(p.dir, p.address); err != nil {
		return nil, err
	}
	if err := os.WriteFile(at("tokens.csv"), []byte(token+",admin,admin,system:masters\n"), 0o600); err != nil {
		return nil, err
	}
	if err := p.start("etcd", nil, "--data-dir="+at("etcd"), "--unsafe-no-fsync", "--listen-client-urls=http://127.0.0.1:12379",
		"--advertise-client-urls=http://127.0.0.1:12379", "--listen-peer-urls=http://127.0.0.1:12380"); err != nil {
		return nil, err
	}
	err := p.start("kube-apiserver", nil, "--etcd-servers=http://127.0.0.1:12379", "--secure-port="+apiPort, "--cert-dir="+at("apiserver"),
		"--bind-address=127.0.0.1", "--advertise-address="+p.address.String(), "--service-cluster-ip-range=10.96.0.0/16",
		"--token-auth-file="+at("tokens.csv"), "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount",
		"--service-account-issuer=https://scaling", "--service-account-key-file="+at("sa.key"), "--service-account-signing-key-file="+at("sa.key"),
		"--enable-aggregator-routing", "--requestheader-client-ca-file="+at("ca.crt"), "--requestheader-allowed-names=aggregator",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file="+at("tls.crt"), "--proxy-client-key-file="+at("tls.key"))
	if err != nil {
		return nil, err
	}
	config := &rest.Config{Host: "https://127.0.0.1:" + apiPort, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{Insecure: true}, QPS: 100, Burst: 200}
	if err := p.kubeconfig(config.Host); err != nil {
		return nil, err
	}
	if err := ready(ctx, config, "/readyz"); err != nil {
		return nil, fmt.Errorf("the API server does not become ready (%s): %w", at("kube-apiserver.log"), err)
	}
	// The sync period of the autoscaler is 15 s by default.
	return config, p.start("kube-controller-manager", nil, "--kubeconfig="+at("kubeconfig"), "--service-account-private-key-file="+at("sa.key"),
		"--leader-elect=false", "--horizontal-pod-autoscaler-sync-period=5s")
}

// keda starts both halves of KEDA.
func (p *plane) keda() error {
	kubeconfig := filepath.Join(p.dir, "kubeconfig")
	env := []string{"KUBECONFIG=" + kubeconfig, "WATCH_NAMESPACE=", "POD_NAMESPACE=keda", "KEDA_CLUSTER_OBJECT_NAMESPACE=keda", "POD_NAME=keda-0", "OPERATOR_NAME=keda-operator"}
	if err := p.start("keda-operator", env, "--cert-dir="+p.dir, "--metrics-bind-address=127.0.0.1:18080", "--health-probe-bind-address=127.0.0.1:18081", "--metrics-service-bind-address=127.0.0.1:19666"); err != nil {
		return err
	}
	return p.start("keda-adapter", env, "--bind-address="+p.address.String(), "--secure-port="+adapterPort, "--port=18082", "--metrics-service-address=127.0.0.1:19666", "--cert-dir="+p.dir,
		"--client-ca-file="+filepath.Join(p.dir, "ca.crt"), "--tls-cert-file="+filepath.Join(p.dir, "tls.crt"), "--tls-private-key-file="+filepath.Join(p.dir, "tls.key"),
		"--lister-kubeconfig="+kubeconfig, "--authentication-kubeconfig="+kubeconfig, "--authorization-kubeconfig="+kubeconfig)
}

// kubeconfig writes a file that the programs find the API server by.
func (p *plane) kubeconfig(host string) error {
	c := clientcmdapi.NewConfig()
	c.Clusters["scaling"] = &clientcmdapi.Cluster{Server: host, InsecureSkipTLSVerify: true}
	c.AuthInfos["admin"] = &clientcmdapi.AuthInfo{Token: token}
	c.Contexts["scaling"] = &clientcmdapi.Context{Cluster: "scaling", AuthInfo: "admin"}
	c.CurrentContext = "scaling"
	return clientcmd.WriteToFile(*c, filepath.Join(p.dir, "kubeconfig"))
}

// ready waits until the API server answers a path with 200.
func ready(ctx context.Context, config *rest.Config, path string) error {
	c := rest.CopyConfig(config)
	c.NegotiatedSerializer, c.GroupVersion = plain, &version
	client, err := rest.UnversionedRESTClientFor(c)
	if err != nil {
		return err
	}
	return patiently(ctx, 2*time.Minute, func() error { return client.Get().AbsPath(path).Do(ctx).Error() })
}

// patiently tries until it succeeds or the patience is over; the error is the last one.
func patiently(ctx context.Context, patience time.Duration, try func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = try(); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}
