package main

import "autointel.example/bench/system"

// systems are those that this program measures itself. The others are in bench/peers, with dependencies of their own.
var systems = system.Systems{
	"autointel":      measureAutointel,
	"autointel-full": measureAutointelFull,
	"raw":            measureRaw,
	"raw-subjects":   measureRawSubjects,
	"raw-events":     measureRawEvents,
}
