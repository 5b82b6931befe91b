package check

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"sigs.k8s.io/yaml"
)

// prometheusConfig is what is looked at of Prometheus' configuration.
type prometheusConfig struct {
	RuleFiles     []string `json:"rule_files"`
	ScrapeConfigs []struct {
		StaticConfigs []struct {
			Targets []string `json:"targets"`
		} `json:"static_configs"`
	} `json:"scrape_configs"`
}

// grafanaConfig is what is looked at of Grafana's provisioning: data sources in one file, where dashboards are in another.
type grafanaConfig struct {
	Datasources []struct {
		UID      string `json:"uid"`
		URL      string `json:"url"`
		JSONData struct {
			Exemplars []struct {
				Name, DatasourceUID string
			} `json:"exemplarTraceIdDestinations"`
		} `json:"jsonData"`
	} `json:"datasources"`
	Providers []struct {
		Options struct {
			Path string `json:"path"`
		} `json:"options"`
	} `json:"providers"`
}

// watched checks that Prometheus and Grafana find what their own files name: services, rules, dashboards, each other.
func watched(c *complaints, p *types.Project) {
	service := func(where, host string) {
		if _, ok := p.Services[host]; !ok {
			c.add("%s: there is no service %s", where, host)
		}
	}
	var scraping prometheusConfig
	mounted := mountedConfig(c, p, "prometheus", "/etc/prometheus/prometheus.yml", &scraping)
	for _, file := range scraping.RuleFiles {
		if !slices.Contains(mounted, file) {
			c.add("prometheus: is given no %s", file)
		}
	}
	for _, job := range scraping.ScrapeConfigs {
		for _, s := range job.StaticConfigs {
			for _, target := range s.Targets {
				host, _, _ := strings.Cut(target, ":")
				service("prometheus", host)
			}
		}
	}
	var sources, dashboards grafanaConfig
	mountedConfig(c, p, "grafana", "/etc/grafana/provisioning/datasources/autointel.yml", &sources)
	mounted = mountedConfig(c, p, "grafana", "/etc/grafana/provisioning/dashboards/autointel.yml", &dashboards)
	var uids []string
	for _, d := range sources.Datasources {
		uids = append(uids, d.UID)
	}
	for _, d := range sources.Datasources {
		if at, err := url.Parse(d.URL); err != nil || at.Hostname() == "" {
			c.add("grafana: %q is no address of a data source", d.URL)
		} else {
			service("grafana", at.Hostname())
		}
		for _, e := range d.JSONData.Exemplars {
			if !slices.Contains(uids, e.DatasourceUID) || e.Name != "trace_id" {
				c.add("grafana: exemplars lead by %s to %s, where no trace is found", e.Name, e.DatasourceUID)
			}
		}
	}
	for _, provider := range dashboards.Providers {
		if !slices.ContainsFunc(mounted, func(file string) bool { return strings.HasPrefix(file, provider.Options.Path+"/") }) {
			c.add("grafana: there is no dashboard in %s", provider.Options.Path)
		}
	}
}

// mountedConfig reads the config that a service sees at a path into v, and returns all paths at which it sees one.
func mountedConfig(c *complaints, p *types.Project, service, path string, v any) []string {
	var all []string
	file := ""
	for _, mounted := range p.Services[service].Configs {
		all = append(all, mounted.Target)
		if mounted.Target == path {
			file = p.Configs[mounted.Source].File
		}
	}
	content, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(content, v)
	}
	if err != nil {
		c.add("%s: is given no %s that can be read: %v", service, path, err)
	}
	return all
}
