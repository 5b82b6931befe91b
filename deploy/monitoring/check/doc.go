// Package check holds the tests of what stands beside it: rules, dashboards and runbooks. It is a module of its own, outside the
// workspace, so that Prometheus' packages reach nobody who only builds, runs and tests the programs.
package check
