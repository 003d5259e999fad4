package reader

import (
	"context"
	"io"
	"slices"
)

// OpenContext is Open until ctx is done: a walk may take long, and standard
// input may be waited for for ever, then and while it is read.
func OpenContext(ctx context.Context, arguments []string, o Options) (*Inputs, error) {
	if slices.Contains(arguments, "-") {
		o.Stdin = interruptible(ctx, o.Stdin)
	}
	var inputs *Inputs
	var err error
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		inputs, err = Open(arguments, o)
	}()
	select {
	case <-opened:
		return inputs, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// interruptible ends reading from r with ctx.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	in, out := io.Pipe()
	go func() {
		_, err := io.Copy(out, r)
		out.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { out.CloseWithError(context.Cause(ctx)) })
	return in
}
