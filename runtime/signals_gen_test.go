package runtime_test

import (
	"context"

	. "github.com/signalgen/signalgen/runtime"
)

// started is a signal as the generator writes it. The name of this file is that
// of a generated one, for which a connection looks past it.
type started struct {
	signal Signal[func(ctx context.Context, addr string) error]
}

func (s *started) Connect(receiver func(ctx context.Context, addr string) error, opts ...ConnectOption) *Connection {
	return s.signal.Connect("server.Started", receiver, opts)
}

func (s *started) Send(ctx context.Context, addr string) error {
	for _, r := range s.signal.Receivers() {
		if !r.Enter() {
			continue
		}
		if err := r.Func(ctx, addr); err != nil {
			return r.Fail(err)
		}
	}
	return nil
}
