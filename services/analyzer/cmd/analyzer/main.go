// Command analyzer runs the service analyzer by itself.
package main

import (
	"os"

	"autointel.example/internal/program"
	"autointel.example/services/analyzer"
)

func main() {
	os.Exit(program.One("analyzer", "Analyses sources and writes reports.", analyzer.New))
}
