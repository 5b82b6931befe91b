// Package ingest is where things come in: interactions from Discord, and the content behind the URLs they name.
//
//	intake.go     what becomes of an interaction, and how it is answered
//	commands.go   the list of commands; each is in a command_*.go, as Discord is told of it and as it is carried out
//	buttons.go    what each button does
//	accept.go     a workflow is accepted: durable first, then acknowledged; limits.go whether it may start
//	suggest.go    what is meant by what is being typed; find.go a search for results; estimate.go how long a workflow takes
//	texts.go      what users are told; lists.go their workflows and results, listed
//	endpoint.go   the HTTP interactions endpoint
//	receive.go    the ways by which interactions come in: that endpoint, Discord's gateway, or both
//	stages.go     the stages acquire, transcribe and context; each is in the file of its name
//	read.go       a document is fetched, and read by the package for its kind
//
// Its packages read what comes in: fetch gets it, with robots and cache; article, feed, pdf and captions read it; links picks what the
// context follows; ytdlp and speech make text of recordings.
//
// It is the only service that reaches the open internet.
package ingest
