// Package ingest is where things come in: interactions from Discord, and the content behind the URLs they name.
//
//	intake.go    what becomes of an interaction: durable first, then acknowledged
//	commands.go  the commands and buttons, validated
//	endpoint.go  the HTTP interactions endpoint
//	receive.go   the ways by which interactions come in: that endpoint, Discord's gateway, or both
//	stages.go    the stages acquire and transcribe
//
// It is the only service that reaches the open internet.
package ingest
