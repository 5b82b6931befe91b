package main

import (
	"fmt"

	"autointel.example/internal/program"
)

// What several commands say of the id that they were given. Every error names what to do next: TestEveryErrorSaysWhatToDo.

// notAnID says that an argument is no id.
func notAnID(given string) error {
	return &program.UsageError{Err: fmt.Errorf("%q is not an id: it looks like wf_ and 32 hexadecimal digits; `autointel top` and `autointel results list` show those there are", given)}
}

// notInTheLog says that the log has no event of a workflow.
func notInTheLog(id string) error {
	return fmt.Errorf("the log knows nothing of %s: it may be older than the retention; `autointel results show %s` asks the archive", id, id)
}

// notInTheArchive says that the archive has no result of a workflow.
func notInTheArchive(id string) error {
	return fmt.Errorf("the archive has no result of %s; `autointel results list` shows what it has", id)
}
