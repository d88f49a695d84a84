package main

// help says how to call the command, and each verb. Each text fits on a screen of 24
// lines and 80 columns.
var help = map[string]string{
	"": `usage: signalgen [-json] [packages]
       signalgen check|wire|vet [-json] [packages]
       signalgen graph|lock [flags] [packages]
       signalgen version [-json] | help [verb]

Signalgen generates signals_gen.go for packages with signals and receivers:
types and functions with one of these directives in their doc comments:
	//signalgen:signal [name=stable.name] [sender] [private]
	//signalgen:receiver [signal] [priority=N] [once] ...

Packages are named as for the go command: . (the default), ./..., import paths.
The name work means all modules of a workspace. Usually, one file has this line:
	//go:generate go tool signalgen ./...

	check    write nothing; print what would change; exit with 1 if anything
	wire     in package main, write a function that connects all receivers
	graph    print who sends and who receives each signal
	vet      report mistakes in how signals are used
	lock     record in signals.lock what the signals promise to others
	version  print the version
	-json    print what was done and what is wrong as one JSON object

Exit codes: 0 done, 1 mistakes in the input or files to change, 2 wrong usage.
More: go doc github.com/signalgen/signalgen/cmd/signalgen
`,
	"check": `usage: signalgen check [-json] [packages]

Check is for CI. It writes nothing. For each output that is missing, stale or
orphaned, it prints what go generate would change, as a unified diff. It also
reports receivers that nothing connects. If it finds anything, it exits with 1.

Check compares a wire file with the packages for which it was written, if its
package main is among the named packages.

If a module has a file signals.lock, check compares it with the source of the
whole module, and prints what each change breaks: see signalgen help lock.

	-json    print the result as one JSON object
`,
	"wire": `usage: signalgen wire [-json] [packages]

Wire, run in package main, writes signals_wire_gen.go, with a function that
connects the receivers of the packages, by default of the whole module. The
function takes the values whose methods are receivers. Call it in main. Usually,
package main has this line:
	//go:generate go tool signalgen wire ./...

A pattern that begins with ! leaves packages out. The file contains the
patterns, so check can repeat them.

	-json    print what was done and what is wrong as one JSON object
`,
	"graph": `usage: signalgen graph [flags] [packages]

Graph prints who sends and who receives each signal of the packages, ./... by
default. It type-checks the packages and runs nothing. If one does not compile,
graph prints its errors and shows the rest.

	-format F      text (the default), mermaid, dot, json, html or asyncapi
	-program PATH  show only the program of this main package
	-tests         include test files
	-o FILE        write to FILE, which is replaced as a whole or not at all
	-diff FILE     print what has changed since -format json wrote FILE
`,
	"vet": `usage: signalgen vet [-json] [packages]

Vet reports mistakes in how the packages, ./... by default, use their signals.
It type-checks the packages and runs nothing. It ignores test files. It prints
findings as file:line:col: message (check), and then exits with 1. The checks:

	ctx        a receiver uses another ctx than its own
	leak       a connection is discarded in code that runs more than once
	locked     a lock is held across a send
	lost       the error or the responses of a send are discarded
	selfblock  an async receiver waits for itself
	shared     a receiver changes what other receivers see
	twice      two receivers of a signal have the same ID, name or priority
	ignore     a comment silences nothing, names no check or gives no reason
	unheard    a signal is sent and never received
	unsent     a signal is received and never sent
	unwired    nothing connects a receiver with a directive
	cycle      a receiver's signal leads back to itself
	split      two programs have different payloads under one name

To silence a finding, put a comment on its line or in the doc comment around it:
	//signalgen:ignore CHECK reason
The first eight also run in go vet -vettool=$(go tool -n signalgen) ./...
With -json, the output is one JSON object.
`,
	"lock": `usage: signalgen lock [-json] [-allow CLASS -reason TEXT] [packages]

Lock writes signals.lock to the root of each module that has the packages, ./...
by default. It records what all signals of the module promise to others. Commit
the file. From then on, check compares it with the source.

If a change breaks something, lock leaves the file as it is and exits with 1.
A change has one of these classes:
	none    it breaks nobody
	source  code that sends or receives breaks, or means something else
	wire    other processes or stored messages break; only for signals that
	        are bridged or have a name=

	-allow CLASS  allow changes of class source, or of source and wire
	-reason TEXT  why they are allowed; recorded in the file
	-json         print what was done and what is wrong as one JSON object
`,
	"version": `usage: signalgen version [-json]

Version prints the version of the module from which the command was built.

	-json    print it as {"version": "..."}
`,
	"help": `usage: signalgen help [verb]

Help prints how to call signalgen, or one of its verbs: check, wire, graph,
vet, lock, version.
`,
}
