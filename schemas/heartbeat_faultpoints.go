//go:build faultpoints

package schemas

import "time"

// Heartbeat is shorter in a build with fault points, so that what a killed process had at hand comes again soon and many crashes can
// be tried in little time. It is read by nothing else.
const Heartbeat = 2 * time.Second
