package trial

import (
	"context"
	"errors"
	"os"
)

// Scratch is the directory of a run: dir, or a temporary one if that is empty. Done removes a temporary one, unless something was found
// that is to be looked at.
func Scratch(dir, name string) (path string, done func(ctx context.Context, good bool, err error) error, err error) {
	if dir != "" {
		return dir, func(_ context.Context, _ bool, err error) error { return err }, os.MkdirAll(dir, 0o700)
	}
	path, err = os.MkdirTemp("", name+"-")
	return path, func(ctx context.Context, good bool, err error) error {
		if good || ctx.Err() != nil {
			return errors.Join(err, os.RemoveAll(path))
		}
		return err
	}, err
}
