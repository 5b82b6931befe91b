// Command ingest runs the service ingest by itself.
package main

import (
	"os"

	"autointel.example/internal/program"
	"autointel.example/services/ingest"
)

func main() {
	os.Exit(program.One("ingest", "Receives Discord's interactions and fetches sources.", ingest.New))
}
