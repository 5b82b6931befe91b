//go:build tools

// Package keda pins the version of KEDA that the record of scaling is made with.
package keda

import (
	_ "github.com/kedacore/keda/v2/cmd/adapter"
	_ "github.com/kedacore/keda/v2/cmd/operator"
)
