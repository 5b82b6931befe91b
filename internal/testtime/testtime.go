// Package testtime is what tests of hostile input allow: their bounds tell a hang, or work that grows with the square of
// its input, from work that ends. They are no measurement; those are benchmarks.
package testtime

import "time"

// Limit is d on a machine of its own, and what becomes of it under the race detector. It never fails a test that a slower machine
// would pass, as long as that machine is at most twice as slow.
func Limit(d time.Duration) time.Duration { return 2 * d * slowdown }
