// Package llm asks a language model, where one is configured, and believes nothing that it cannot check.
//
// The model is any endpoint that speaks OpenAI's chat completions. It is asked for JSON of a schema; an answer that does not hold
// is sent back once with what is wrong with it, and after that the local result stands. What it quotes must stand in the source,
// word for word, or is dropped; so is a statement with a figure that its quotes do not have.
//
// A page's text is data. It goes to the model between marks that the page cannot know, its sentences numbered, and those that speak
// to a language model are not shown to it at all.
//
//	config.go    where the model is, and what it may cost
//	client.go    one request: time limits, tries, the breaker
//	form.go      what a request holds, for endpoints that take less
//	probe.go     whether there is a model, for who configures one
//	breaker.go   when to stop asking for a while; a pure state machine
//	session.go   the questions of one stage: budget, validation, repair
//	data.go      how a page is shown to the model
//	check.go     what of an answer is believed
//	abstract.go, entities.go, claims.go, compare.go, signs.go   the questions
package llm
