// Package analyzer is where things are understood: the analysis stages up to the briefing. Its packages do the work and know
// nothing of where their input comes from; this one makes stages of them, one in a file of its name.
//
//	stages.go    the stages; each is in the file of its name, the last one in brief.go
//	read.go      what stages load of those before them
//	model.go     the stages analyze, verify and assess with a language model; service.go whether there is one
//
// Its packages, from the text up:
//
//	text         sentences, names, figures, terms, summary and tone of a document; every quote is of one of its sentences
//	claims       what a text claims, and what is for and against it; claims/statement reads a sentence
//	signals      signs of manipulation and the trust score, by the phrases of signals/cues
//	knowledge    what earlier reports have in common with this one
//	research     the source beside the documents of its context
//	profile      who speaks, and how
//	quality      how far each part of the report can be trusted
//	graph        how names hang together
//	briefing     the report and its Markdown
//	llm          the language model: the only package of the analyzer that reaches the network
package analyzer
