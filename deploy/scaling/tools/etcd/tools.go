//go:build tools

// Package etcd pins the version of etcd that the record of scaling is made with.
package etcd

import _ "go.etcd.io/etcd/server/v3"
