// Package ingest is where things come in: interactions from Discord, and the content behind the URLs they name.
//
//	intake.go    what becomes of an interaction, and how it is answered
//	analyze.go   a workflow is accepted: durable first, then acknowledged; limits.go whether it may start
//	lists.go     somebody's workflows; suggest.go what is meant by what is being typed; estimate.go how long it takes
//	commands.go  the commands and buttons, validated; definitions.go as Discord is told of them
//	endpoint.go  the HTTP interactions endpoint
//	receive.go   the ways by which interactions come in: that endpoint, Discord's gateway, or both
//	stages.go    the stages acquire and transcribe
//
// It is the only service that reaches the open internet.
package ingest
