// Package schemas is what the services say to each other: one Go type and one JSON Schema per event,
// the subjects events travel on, and the streams and consumers that carry them.
//
// An event is a fact about one workflow, in the past tense. It is published on
//
//	autointel.<id>.<noun>.<verb>[.<qualifier>]
//
// in CloudEvents 1.0 binary mode: the envelope in headers (ce-id, ce-type, ...), and in the body
//
//	{"context": {...}, "data": {...}}
//
// where context is the small description of the workflow that every event forwards untouched, so that a
// handler needs no look-up, and data is the event's own type. Types carry their major version
// ("autointel.delivery.failed.v1"); within a major version fields are only added, and unknown fields are ignored.
//
// The package is pure: it imports no client of NATS, Discord or a database.
package schemas
