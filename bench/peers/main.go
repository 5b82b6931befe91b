// Command peers measures systems that people would otherwise run their workflows on, under the same load as autointel. It
// is a module of its own, so that what they depend on reaches nobody who only builds the product.
package main

import (
	"os"

	"autointel.example/bench/system"
)

// systems are those that this program measures.
var systems = system.Systems{
	"asynq":           measureAsynq,
	"asynq-unix":      measureAsynqUnix,
	"dbos":            measureDBOS,
	"dbos-sqlite":     measureDBOSSQLite,
	"river":           measureRiver,
	"river-tx":        measureRiverTx,
	"watermill":       measureWatermill,
	"watermill-async": measureWatermillAsync,
}

// workers is how many steps of one stage may be at work side by side, in every system that is compared.
const workers = 16

// payload is how many bytes the message of a step carries.
const payload = 50

func main() {
	os.Exit(system.Main("peers", "Durable workflows on other systems, measured.", systems))
}
