// Package console is what an operator sees of a running autointel: the workflows, the stages with what waits for them, deliveries
// and what went wrong (snapshot.go), and one workflow over time (timeline.go). The terminal and the page draw the same.
//
// It is made of what the log says and of how its consumers are, and holds no more than the newest workflows (view.go). Nothing here
// reads a clock or a network; internal/console/live brings both.
//
// What a requester wrote or was told stays out: no report, no title, no words of a search, no user; of an address what leads to the
// page, and of a private one its host (shown.go). Interaction tokens are in no event, so they cannot come here.
package console
