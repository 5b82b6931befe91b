//go:build race

package testtime

// slowdown is what the race detector costs, at most, by its manual.
const slowdown = 20
