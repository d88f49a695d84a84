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
// # Usage
//
//	signalgen [-json] [packages]
//	signalgen check [-json] [packages]
//	signalgen wire [-json] [packages]
//	signalgen graph [-format FORMAT] [-program PATH] [-tests] [-o FILE] [-diff FILE] [packages]
//	signalgen vet [-json] [packages]
//	signalgen lock [-json] [-allow CLASS -reason TEXT] [packages]
//	signalgen version [-json]
//	signalgen help [verb]
//
// Packages are named as for the go command. The default is the package in the working
// folder; work means all modules of a workspace. The usual way to run signalgen is a
// line in one file of the module, followed by go generate:
//
//	//go:generate go tool signalgen ./...
//
// # Signals
//
// A directive of a signal has the form
//
//	//signalgen:signal [name=NAME] [sender] [private]
//
// The type of a signal is a payload or a signature. A payload is any named type except
// a func type. Its receivers take a context.Context and the payload, and return an
// error. A signature is a func type, and is the type of its receivers. It takes a
// context.Context first and then anything. It returns nothing, an error, a value, or a
// value and an error:
//
//	//signalgen:signal
//	type Quote func(ctx context.Context, item string, pieces int) (Price, error)
//
// gives
//
//	func SendQuote(ctx context.Context, item string, pieces int) ([]Price, error)
//
// The arguments of the directive are:
//
//   - name=shop.order.placed sets the stable name of the signal, in errors, logs and
//     between processes. The default is the import path, a dot and the type's name.
//   - sender gives the signal a sender: the field Sender of a payload, or the parameter
//     after ctx of a signature. A receiver can then connect to a single sender.
//   - private lets only the declaring package send. All functions and methods that
//     send are unexported; those that connect and wait are not.
//
// For a signal X, signalgen generates:
//
//	XSignal             the type that holds the receivers
//	XArgs               what a send of a signature carries
//	ConnectX            connects a receiver
//	ConnectXFrom        connects a receiver to one sender, if the signal has senders
//	ConnectXWeak        connects a method of an owner that is held weakly
//	ConnectXWeakOn      the same, for any XSignal
//	SendX               sends; sendX if the signal is private
//	DefaultX            the variable behind these functions, if X is not in the set
//	kindX, callX        for the generated code itself
//	_XNeedsRegeneration in the compiler's message when the declaration has changed
//
// If X is unexported, so are all of them. A generic signal has only XSignal, XArgs and
// callX. The methods of XSignal are Connect, Send, SendRobust, SendConcurrent, Each,
// Next and Events, and those of [github.com/signalgen/signalgen/runtime.Signal]. With a
// sender there are also ConnectFrom and HasReceiversFrom. In the module, docs/sending.md
// and docs/receiving.md say what they do.
//
// The signals of a package are the fields of its type Signals, with the methods All,
// Close, Configure and Drain. The variable DefaultSignals is the set behind the
// package-level functions.
//
// Signals in test files and in files with a build constraint go to outputs with the
// same condition: signals_gen_test.go, signals_linux_gen.go. They are not in the
// package's set. The functions of each use a variable of its own, DefaultX.
//
// # Receivers
//
// A function or a method with the directive //signalgen:receiver is a receiver:
//
//	//signalgen:receiver [SIGNAL] [priority=N] [id=ID] [name=NAME] [once]
//		[async=SIZE [overflow=POLICY] [workers=N]]
//	func Announce(ctx context.Context, data server.ServerStart) error
//
// Without SIGNAL, the type of the parameter is the signal. POLICY is Block, which is
// the default, DropNewest, DropOldest or Fail. With workers, N goroutines take from the
// queue instead of one. A package with receiver functions gets a function
// ConnectReceivers that connects all of them, and a function ConnectReceiversTo for
// other sets. A type with receiver methods gets methods of these names.
//
// # Wiring a program
//
// The verb wire, run in package main, writes signals_wire_gen.go. It contains a function
// that connects the receivers of the packages, by default those of the whole module. Put
// its line beside the one that generates signals:
//
//	//go:generate go tool signalgen ./...
//	//go:generate go tool signalgen wire ./...
//
// The function takes the values whose methods are receivers, sorted by import path and
// name. Call it in main. A second function also takes sets; nil stands for the default
// set:
//
//	func connectReceivers(newsletter mail.Newsletter, shelf stock.Shelf) *runtime.Connections
//	func connectReceiversTo(sets Sets, newsletter mail.Newsletter, shelf stock.Shelf) *runtime.Connections
//
// A pattern that begins with ! leaves packages out. A package with the directive
// //signalgen:unwired in its doc comment is left out of every program.
//
// # Checking
//
// The verb check writes nothing. It is meant for CI. For each output that is missing,
// stale or orphaned, it says to run go generate and prints what would change, as a
// unified diff. The exit code is then 1. It checks wire files against the patterns that
// they were written for, and reports a main that never connects its receivers. If it
// sees a whole module with a wired program, it also reports packages with receivers
// that no program names.
//
// # The graph
//
// The verb graph prints who sends and who receives each signal, according to the source
// of the named packages, ./... by default. It type-checks them and compiles what they
// import, as go vet does. It does not run any of their code. The formats are:
//
//   - text, the default: a few lines for each signal, with its receivers in the
//     order in which they are called, where that is known
//   - mermaid and dot: a drawing, for a README on GitHub and for Graphviz
//   - json: everything that is known, a
//     [github.com/signalgen/signalgen/topology.Model] with a version
//   - html: a page to explore, in one file that loads nothing else
//   - asyncapi: an AsyncAPI 3.0 document, in JSON, of the signals that a bridge
//     carries to other processes and of those with name=
//
// With -program, graph shows only the program of one main package. With -tests, it
// includes test files. With -o, it writes to a file, which is replaced as a whole or not
// at all. With -diff, for a pull request, it prints what is new and what is gone since
// -format json wrote a file. A new receiver is printed as "+ order.placed: audit.Book
// hears it (audit/audit.go:12)". A line about what is gone begins with a minus.
//
// If a signal cannot be followed, for example because it becomes an interface, it is
// listed as unknown. If a package does not compile, its errors are printed, and the rest
// of the graph too.
//
// # Vetting
//
// The verb vet looks for mistakes in how packages, ./... by default, use their signals.
// It loads them as the verb graph does, without test files. It prints its findings on
// standard output, sorted, as file:line:col: message (check), and the exit code is then
// 1. With -json, it prints one JSON object. If a fix is obvious, the object includes it,
// as edits with offsets in bytes.
//
//	{
//		"findings": [{"file": "…", "line": 7, "column": 2, "check": "lost", "message": "…",
//			"fixes": [{"message": "…", "edits": [{"file": "…", "start": 99, "end": 99, "new": "…"}]}]}],
//		"errors": []
//	}
//
// The checks are those of package [github.com/signalgen/signalgen/topology/vet]. They
// also run as part of go vet, which takes longer and sees one package at a time:
//
//	go vet -vettool=$(go tool -n signalgen) ./...
//
// To silence a finding, put a comment on its line, alone on the line above, or in the
// doc comment of the declaration around it. A comment without a reason, or one that
// silences nothing, is a finding itself.
//
//	//signalgen:ignore CHECK reason
//
// # The contract
//
// The verb lock writes the file signals.lock at the root of a module. It records what
// the module's signals, and those that it bridges, promise to others. It is sorted text
// with a paragraph for each signal: its stable name, its form, its types, their JSON,
// and the groups and keys of bridges. Commit it, and review its changes. The packages
// only select the modules: a lock always covers a whole one.
//
// If a module has the file, check compares it with the source and prints a line for
// each change, with what it breaks and for whom:
//
//	order/order.go:12:6: order.placed: field Total was int64, is string: messages in the stream can no longer be read
//
// The exit code is 1. For changes that break nobody, the line says to run signalgen
// lock. The verb lock refuses changes that break somebody, unless -allow source or
// -allow wire says that they are intended; the file keeps the -reason. docs/lock.md of
// the module lists all kinds of changes, and package
// [github.com/signalgen/signalgen/topology/lock] has the rules.
//
// # Errors
//
// Mistakes are printed as file:line:col: message on standard error. The outputs of a
// package with mistakes stay as they are; the other packages are generated. The exit
// code is 0 if everything is generated, 1 if there were mistakes or check found
// something, and 2 if the command line is wrong. On a terminal, a run that takes longer
// than a second shows its progress.
//
// With -json, everything that is found is one JSON object on standard output, whatever
// the exit code:
//
//	{
//		"written": ["server/signals_gen.go"],
//		"removed": [],
//		"differences": [{"file": "…", "state": "missing", "diff": "…"}],
//		"changes": [{"file": "…", "line": 7, "column": 6, "signal": "…", "kind": "type", "class": "wire", "what": "…", "effect": "…"}],
//		"errors": [{"file": "server/server.go", "line": 7, "column": 6, "message": "…"}]
//	}
//
// The state of a difference, which check finds, is missing, stale or orphaned. There
// are changes only if a lock is compared. An error without a place has no file. The
// verb version prints {"version": "…"}.
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

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/signalgen/signalgen/generator"
	"github.com/signalgen/signalgen/topology/vet"
)

func main() {
	if isVetTool(os.Args[1:]) {
		unitchecker.Main(vet.Analyzers()...)
	}
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

	switch call.verb {
	case "graph":
		collectSeldom()
		return call.runGraph(ctx, stdout, stderr)
	case "vet":
		collectSeldom()
		return call.runVet(ctx, stdout, stderr)
	case "lock":
		collectSeldom()
		return call.runLock(ctx, stdout, stderr)
	}
	progress := startProgress(stderr)
	opts := generator.Options{Patterns: call.patterns, Progress: progress.step}
	var r report
	if call.verb == "check" {
		var roots []string
		opts.Modules = func(dirs []string) { roots = dirs }
		r.Differences, err = generator.Check(ctx, opts)
		r.checkLocks(ctx, roots, progress.step)
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
	return r.exitCode()
}

// collectSeldom trades memory for time. The usual garbage collection takes a quarter of
// the processor time of a verb that type-checks, in a process that soon ends.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
