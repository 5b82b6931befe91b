// Package trial is the frame of the commands that try an installation and judge it: their command line and exit code, the directory of a
// run, and the programs that it runs.
package trial

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"autointel.example/internal/program"
)

// Command is a trial's command line, as kong reads it.
type Command interface {
	// Check says what is wrong with what was asked for.
	Check() error
	// CarryOut tries, judges and tells. It says whether all was well; an error is that nothing could be judged. A *program.UsageError in it
	// is that the machine lacks something.
	CarryOut(ctx context.Context, stdout, stderr io.Writer) (good bool, err error)
}

// Run carries out a command line and returns its exit code: 0 nothing was found, 1 something was, 2 wrong use. Vars stand in the help.
func Run(ctx context.Context, name, description string, c Command, vars kong.Vars, args []string, stdout, stderr io.Writer) int {
	parser, err := kong.New(c, kong.Name(name), kong.Description(description), kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), vars)
	if err == nil {
		_, err = parser.Parse(args)
	}
	if err == nil {
		err = c.Check()
	}
	if err != nil {
		return program.Complain(stderr, name, &program.UsageError{Err: err})
	}
	good, err := c.CarryOut(ctx, stdout, stderr)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "%s: interrupted; nothing was judged\n", name)
		return 1
	}
	if err != nil || !good {
		return max(1, program.Complain(stderr, name, err))
	}
	return 0
}
