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
// Usage:
//
//	signalgen [packages]
//	signalgen check [packages]
//	signalgen version
//
// Packages are named as for the go command; the default is the one in the
// working folder. The usual way to run it is a line in one file of the module,
// followed by go generate:
//
//	//go:generate go tool signalgen ./...
//
// The verb check writes nothing. Where an output is missing, stale or left over, it
// prints what is to change, as a unified diff, and the exit code is 1: for CI.
//
// Mistakes are printed as file:line:col: message. They leave the output of
// their package as it is; the other packages are generated. The exit code is 0
// when all is generated, 1 when there were mistakes, 2 for a wrong call.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/signalgen/signalgen/generator"
)

const usage = `usage: signalgen [packages]
       signalgen check [packages]
       signalgen version

Signalgen writes signals_gen.go into the packages that declare signals; check
prints what it would change.
See "go doc github.com/signalgen/signalgen/cmd/signalgen".
`

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
	flags := flag.NewFlagSet("signalgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { _, _ = io.WriteString(stderr, usage) }
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process
	switch flags.Arg(0) {
	case "version":
		if flags.NArg() > 1 {
			flags.Usage()
			return exitUsage
		}
		_, _ = fmt.Fprintln(stdout, "signalgen", version())
		return exitDone
	case "check":
		diff, err := generator.Check(ctx, generator.Options{Patterns: flags.Args()[1:]})
		_, _ = stdout.Write(diff)
		return exitCode(stderr, err, len(diff) > 0)
	default:
		_, err := generator.Generate(ctx, generator.Options{Patterns: flags.Args()})
		return exitCode(stderr, err, false)
	}
}

// exitCode prints err, if there is one.
func exitCode(stderr io.Writer, err error, found bool) int {
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
	}
	if err != nil || found {
		return exitMistakes
	}
	return exitDone
}

// version is the module's version as the go command has built it in.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
