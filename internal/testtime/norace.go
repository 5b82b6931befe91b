//go:build !race

package testtime

// slowdown: without the race detector there is none.
const slowdown = 1
