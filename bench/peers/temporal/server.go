package main

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
)

const (
	namespace = "default"
	local     = "127.0.0.1"
)

// startServer starts a server with all its services and a namespace in this process, on a SQLite file, as Temporal's own
// development server is put together. It returns the address of its front end.
func startServer(dir string, synchronous string) (temporal.Server, string, error) {
	ports, err := freePorts(8)
	if err != nil {
		return nil, "", err
	}
	frontend := fmt.Sprintf("%s:%d", local, ports[0])
	database := &config.SQL{
		PluginName: sqliteplugin.PluginName, DatabaseName: filepath.Join(dir, "temporal.db"),
		ConnectAttributes: map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": synchronous},
	}
	if err := sqlite.SetupSchema(database); err != nil {
		return nil, "", fmt.Errorf("schema: %w", err)
	}
	ns, err := sqlite.NewNamespaceConfig("active", namespace, false, nil)
	if err != nil {
		return nil, "", err
	}
	if err := sqlite.CreateNamespaces(database, ns); err != nil {
		return nil, "", fmt.Errorf("namespace: %w", err)
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(configuration(database, frontend, ports)), temporal.ForServices(temporal.DefaultServices),
		temporal.WithLogger(log.NewNoopLogger()), temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithDynamicConfigClient(dynamicconfig.StaticClient{
			// The limits of a namespace would bound the load, not the server.
			dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key(): 1_000_000, dynamicconfig.FrontendRPS.Key(): 1_000_000,
			dynamicconfig.MatchingNumTaskqueueReadPartitions.Key(): 1, dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
			dynamicconfig.EnableActivityEagerExecution.Key(): true,
			// A shard looks for new tasks 20 times a second at most, and the development server has one shard: every step of a
			// workflow that is alone would wait for the next look, 50 ms to the millisecond.
			dynamicconfig.TransferProcessorMaxPollRPS.Key(): 1_000_000,
			dynamicconfig.HistoryRPS.Key():                  1_000_000, dynamicconfig.MatchingRPS.Key(): 1_000_000,
		}),
	)
	if err != nil {
		return nil, "", err
	}
	return server, frontend, server.Start()
}

func configuration(database *config.SQL, frontend string, ports []int) *config.Config {
	c := &config.Config{
		Persistence: config.Persistence{
			DefaultStore: sqliteplugin.PluginName, VisibilityStore: sqliteplugin.PluginName, NumHistoryShards: 1,
			DataStores: map[string]config.DataStore{sqliteplugin.PluginName: {SQL: database}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: "active", CurrentClusterName: "active",
			ClusterInformation: map[string]cluster.ClusterInformation{"active": {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		PublicClient:        config.PublicClient{HostPort: frontend},
		Archival:            config.Archival{History: config.HistoryArchival{State: "disabled"}, Visibility: config.VisibilityArchival{State: "disabled"}},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History: config.HistoryArchivalNamespaceDefaults{State: "disabled"}, Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
		Services: map[string]config.Service{},
	}
	c.Global.Membership = config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: local}
	for i, name := range []string{"frontend", "history", "matching", "worker"} {
		c.Services[name] = config.Service{RPC: config.RPC{GRPCPort: ports[i], MembershipPort: ports[4+i], BindOnLocalHost: true}}
	}
	return c
}

// freePorts are ports of this machine that nobody listens on just now.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", local+":0")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, l.Close()) }() // held until all are found, so that each is another
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)  //nolint:forcetypeassert // as asked for
	}
	return ports, nil
}
