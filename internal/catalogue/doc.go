// Package catalogue writes down what is declared about events elsewhere, for people (docs/events.md) and for programs
// (docs/asyncapi.yaml, AsyncAPI 3.0): what each event says and when, who appends it and who takes it, its subject, its fields
// and an example.
//
// It knows nothing of its own. What an event says and what its fields mean are the comments on the Go types, which the JSON
// Schemas carry; who appends it is schemas.Publishers and the table of stages; who takes it follows from the filters of the
// declared consumers; the examples are the golden files of the events. So both documents change when a declaration does, and a
// test says when they were not written anew.
package catalogue
