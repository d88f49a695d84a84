// Package signalgen decouples the parts of a Go program with signals that the
// compiler checks.
//
// A signal is a Go type with a directive:
//
//	// ServerStart is sent once the listener accepts connections.
//	//
//	//signalgen:signal
//	type ServerStart struct {
//		Addr string
//	}
//
// The command [github.com/signalgen/signalgen/cmd/signalgen] generates a typed
// function to connect receivers and one to send:
//
//	server.ConnectServerStart(func(ctx context.Context, data server.ServerStart) error {
//		slog.InfoContext(ctx, "listening", "addr", data.Addr)
//		return nil
//	})
//	err := server.SendServerStart(ctx, server.ServerStart{Addr: ":8080"})
//
// Nothing is looked up by name, boxed into an interface or reflected upon when
// a signal is sent. The options of a connect and the order of calls are those of
// package [github.com/signalgen/signalgen/runtime].
//
// This package holds no code. Programs import the runtime through what is
// generated for them.
package signalgen

//go:generate go tool signalgen ./...
