// Command archiver runs the service archiver by itself.
package main

import (
	"os"

	"autointel.example/internal/program"
	"autointel.example/services/archiver"
)

func main() {
	os.Exit(program.One("archiver", "Keeps results and finds them again.", archiver.New))
}
