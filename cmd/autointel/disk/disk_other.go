//go:build !linux && !darwin

package disk

import "math"

// Of knows nothing of this system's disks: nothing is too full.
func Of(string) (Space, error) { return Space{Free: math.MaxInt64, Total: math.MaxInt64}, nil }
