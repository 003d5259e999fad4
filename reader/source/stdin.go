package source

import (
	"context"
	"io"
)

// Interruptible returns a reader of r whose Read ends with the cause of ctx when
// ctx is done, even while r waits for more. A read of r that waits goes on in a
// goroutine of its own until r ends.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	if ctx.Done() == nil {
		return r
	}
	in, out := io.Pipe()
	go func() {
		_, err := io.Copy(out, r)
		out.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(context.Cause(ctx)) })
	return in
}
