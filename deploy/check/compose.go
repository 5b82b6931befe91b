package check

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"autointel.example/internal/program"
)

// Compose reads a compose file with every profile, as `docker compose` does; env is what stands in its .env files.
func Compose(ctx context.Context, file string, env []string) (*types.Project, error) {
	o, err := cli.NewProjectOptions([]string{file}, cli.WithEnv(env), cli.WithProfiles([]string{"*"}), cli.WithInterpolation(true))
	if err != nil {
		return nil, err
	}
	return o.LoadProject(ctx)
}

var (
	brokerVariable = regexp.MustCompile(`\$([A-Z]+_NKEY)`)
	stage          = regexp.MustCompile(`(?m)^FROM \S+ AS (\w+)$`)
)

// ComposeProblems lists everything that is wrong with a compose project; deploy is the directory deploy/.
func ComposeProblems(p *types.Project, deploy string, settings map[string][]string) []string {
	var c complaints
	docker, err := os.ReadFile(filepath.Join(deploy, "Dockerfile"))
	if err != nil {
		return []string{err.Error()}
	}
	accounts, err := os.ReadFile(filepath.Join(deploy, "nats", "accounts.conf"))
	if err != nil {
		return []string{err.Error()}
	}
	var targets []string
	for _, m := range stage.FindAllSubmatch(docker, -1) {
		targets = append(targets, string(m[1]))
	}
	for _, m := range brokerVariable.FindAllSubmatch(accounts, -1) {
		if v := p.Services["nats"].Environment[string(m[1])]; v == nil || *v == "" {
			c.add("nats: %s is not set, which accounts.conf reads", m[1])
		}
	}
	for _, name := range []string{"ingest", "analyzer", "notifier", "archiver", "provision", "nats"} {
		if _, ok := p.Services[name]; !ok {
			c.add("there is no service %s", name)
		}
	}
	for name, s := range p.Services {
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				c.add("%s: its port %s is open to the network", name, port.Published)
			}
		}
		if s.Build == nil {
			continue
		}
		if !slices.Contains(targets, s.Build.Target) {
			c.add("%s: the Dockerfile builds no %s", name, s.Build.Target)
		}
		composed(&c, name, s, settings)
	}
	for name, s := range p.Secrets {
		if !strings.HasPrefix(s.File, filepath.Join(p.WorkingDir, "secrets")+"/") {
			c.add("the secret %s is not in secrets/, which is kept out of the repository", name)
		}
	}
	watched(&c, p)
	for name, f := range p.Configs {
		if _, err := os.Stat(f.File); err != nil {
			c.add("the config %s: %v", name, err)
		}
	}
	return c
}

// composed checks one of our own containers.
func composed(c *complaints, name string, s types.ServiceConfig, settings map[string][]string) {
	var mounted []string
	for _, secret := range s.Secrets {
		mounted = append(mounted, "/run/secrets/"+secret.Source)
	}
	volumes := []string{}
	for _, v := range s.Volumes {
		volumes = append(volumes, v.Target)
	}
	for key, value := range s.Environment {
		if !slices.Contains(settings[s.Build.Target], key) {
			c.add("%s: reads no setting %s", name, key)
		}
		if value == nil {
			continue
		}
		_, file, ok := strings.Cut(*value, "/run/secrets/")
		switch {
		case ok && !slices.Contains(mounted, "/run/secrets/"+file):
			c.add("%s: %s names the secret %s, which it is not given", name, key, file)
		case !ok && strings.HasPrefix(*value, "/") && !under(*value, volumes):
			c.add("%s: %s is %s, where nothing is mounted", name, key, *value)
		}
	}
	if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") {
		c.add("%s: can write its root file system, or has capabilities", name)
	}
	if name == "provision" {
		gated(c, name, s, "nats", types.ServiceConditionHealthy)
		return
	}
	gated(c, name, s, "provision", types.ServiceConditionCompletedSuccessfully)
	if s.StopGracePeriod == nil || time.Duration(*s.StopGracePeriod) <= program.Drain+closing {
		c.add("%s: is killed before it has drained", name)
	}
	if name == "archiver" {
		gated(c, name, s, "postgres", types.ServiceConditionHealthy)
	}
}

func gated(c *complaints, name string, s types.ServiceConfig, on, condition string) {
	if s.DependsOn[on].Condition != condition {
		c.add("%s: starts before %s is %s", name, on, condition)
	}
}
