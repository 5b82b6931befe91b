//go:build !faultpoints

package schemas

import "time"

// Heartbeat is how often a handler at work says so. AckWait is three of them: after that another replica takes over.
const Heartbeat = 10 * time.Second
