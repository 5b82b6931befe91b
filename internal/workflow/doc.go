// Package workflow is what we know about workflows without asking anybody: which stages a depth has and how they
// depend on each other (plan.go), when a stage may start (trigger.go), and what a log of events amounts to
// (state.go).
//
// Everything here is a function of its arguments. There is no clock, no I/O and no lock; time and what was read
// come in as values, so that the trigger rule can be checked over every interleaving there is.
package workflow
