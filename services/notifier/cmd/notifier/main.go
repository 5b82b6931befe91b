// Command notifier runs the service notifier by itself.
package main

import (
	"os"

	"autointel.example/internal/program"
	"autointel.example/services/notifier"
)

func main() {
	os.Exit(program.One("notifier", "Shows progress and results, and tells users by other routes when a session has closed.", notifier.New))
}
