// Signalgen generates typed signal dispatchers from annotated Go types.
//
// Given a type with the directive //signalgen:signal in its doc comment,
//
//	// ServerStart is sent once the listener accepts connections.
//	//
//	//signalgen:signal
//	type ServerStart struct {
//		Addr string
//	}
//
// the command
//
//	signalgen
//
// writes the file signals_gen.go beside it, with
//
//	func ConnectServerStart(receiver func(ctx context.Context, data ServerStart) error, opts ...runtime.ConnectOption) *runtime.Connection
//	func SendServerStart(ctx context.Context, data ServerStart) error
//
// A type that is a func is the type of its signal's receivers itself. It takes
// a context.Context first, then anything, and returns nothing, an error, a
// value, or a value and an error:
//
//	//signalgen:signal
//	type Quote func(ctx context.Context, item string, pieces int) (Price, error)
//
// gives
//
//	func SendQuote(ctx context.Context, item string, pieces int) ([]Price, error)
//
// The argument name=shop.order.placed of the directive sets the name that a
// signal has in errors; it is otherwise the import path, a dot and the type's name.
//
// A func or a method with the directive //signalgen:receiver is a receiver:
//
//	//signalgen:receiver [signal] [priority=N] [id=ID] [name=NAME] [once] [async=SIZE [overflow=POLICY]]
//	func Announce(ctx context.Context, data server.ServerStart) error
//
// Without a signal, the type of the parameter is meant. Its package gets a func
// ConnectReceivers for all its receivers, and a type with annotated methods a method
// of that name.
//
// Usage:
//
//	signalgen [-json] [packages]
//	signalgen check [-json] [packages]
//	signalgen wire [-json] [packages]
//	signalgen version [-json]
//	signalgen help [verb]
//
// Packages are named as for the go command; the default is the one in the
// working folder, and work is all modules of a workspace. The usual way to run it
// is a line in one file of the module, followed by go generate:
//
//	//go:generate go tool signalgen ./...
//
// Signals in test files and in files with a build constraint go to outputs of the
// same condition: signals_gen_test.go, signals_linux_gen.go. They have no place in
// the package's set; their functions stand on a variable of their own, DefaultX.
//
// The verb wire, in package main, writes signals_wire_gen.go, which calls the
// receivers that are funcs of the packages, by default those of the whole module,
// directly:
//
//	//go:generate go tool signalgen wire
//
// The verb check writes nothing. It repeats what wire files were written for. Where an
// output is missing, stale or orphaned, it says so and prints what go generate would
// change, as a unified diff, and the exit code is 1: for CI.
//
// Mistakes are printed as file:line:col: message on standard error. They leave
// the outputs of their package as they are; the other packages are generated. The
// exit code is 0 when all is generated, 1 when there were mistakes or check found
// something, 2 for a wrong call. On a terminal, a run that takes longer than a
// second says what it is doing.
//
// With -json, all that is found is one JSON object on standard output, whatever the exit
// code:
//
//	{
//		"written": ["server/signals_gen.go"],
//		"removed": [],
//		"differences": [{"file": "…", "state": "missing", "diff": "…"}],
//		"errors": [{"file": "server/server.go", "line": 7, "column": 6, "message": "…"}]
//	}
//
// The verb version prints {"version": "…"}. The state of a difference, which check finds, is missing, stale or orphaned. An
// error without a place has no file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/signalgen/signalgen/generator"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitDone     = 0
	exitMistakes = 1
	exitUsage    = 2
)

// run is the command without the process around it. It returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	call, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp) || err == nil && call.verb == "help":
		_, _ = io.WriteString(stdout, help[call.topic()])
		return exitDone
	case err != nil && asksForJSON(args):
		r := report{Errors: []*generator.Error{{Msg: err.Error()}}}
		r.printJSON(stdout)
		return exitUsage
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "signalgen: %v\n", err)
		return exitUsage
	case call.verb == "version":
		printVersion(call.json, stdout)
		return exitDone
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process

	progress := startProgress(stderr)
	opts := generator.Options{Patterns: call.patterns, Progress: progress.step}
	var r report
	if call.verb == "check" {
		r.Differences, err = generator.Check(ctx, opts)
	} else {
		generate := generator.Generate
		if call.verb == "wire" {
			generate = generator.Wire
		}
		var result generator.Result
		result, err = generate(ctx, opts)
		r.Written, r.Removed = relative(result.Written), relative(result.Removed)
	}
	progress.stop()
	r.add(err)
	r.print(call.json, stdout, stderr)
	if len(r.Errors)+len(r.Differences) > 0 {
		return exitMistakes
	}
	return exitDone
}
