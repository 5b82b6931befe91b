// Command temporal measures Temporal under the same load as autointel, with its server in this process. It is a module of
// its own: the server has more dependencies than all other peers together.
package main

import (
	"os"

	"autointel.example/bench/system"
)

func main() {
	os.Exit(system.Main("temporal", "Durable workflows on Temporal, measured.", system.Systems{"temporal": measure}))
}
