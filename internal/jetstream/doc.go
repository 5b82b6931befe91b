// Package jetstream is where NATS JetStream is spoken, and the only place. It holds
//
//	embedded.go    a server in the process, for those who have none
//	provision.go   streams, consumers and buckets, made or widened (workers only bind)
//	log.go         the log: append once, read the last of a subject, fold a workflow
//	consume.go     the one consume loop
//	serve.go       questions and answers beside the log; archive.go those of the archive
//	artifacts.go   outputs and reports too big for an event
//	buckets.go     interaction tokens; running.go leases; timers.go; progress.go; dead.go, letters.go
//
// Facts about the server in comments were measured with nats-server v2.15.2.
package jetstream
