//go:build !race

package stagetest

// slowdown: without the race detector there is none.
const slowdown = 1
