package main

// help says how to call the command, and each verb. Each text fits on a screen of 24
// lines and 80 columns.
var help = map[string]string{
	"": `usage: signalgen [-json] [packages]
       signalgen check|wire|vet [-json] [packages]
       signalgen graph|lock [flags] [packages]
       signalgen version [-json] | help [verb]

Signalgen writes signals_gen.go into packages that declare signals or receivers,
types and funcs with one of these directives in their doc comments:
	//signalgen:signal [name=stable.name] [sender] [private]
	//signalgen:receiver [signal] [priority=N] [once] ...

Packages are named as for the go command: . (the default), ./..., import paths,
work for all modules of a workspace. The usual way is this line in one file:
	//go:generate go tool signalgen ./...

	check    write nothing; print what would change, and exit with 1 if anything
	wire     in package main: write what connects the receivers of the packages
	graph    print who sends and who hears each signal
	vet      find mistakes in how signals are used
	lock     write what the signals promise to others into signals.lock
	version  print the version; help: print this, or more about a verb
	-json    print what was done and what is wrong as one JSON object

Exit codes: 0 done, 1 mistakes in the input or files to change, 2 wrong usage.
More: go doc github.com/signalgen/signalgen/cmd/signalgen
`,
	"check": `usage: signalgen check [-json] [packages]

Check writes nothing. It is meant for CI. For each output that is missing, stale
or orphaned, it prints what go generate would change, as a unified diff, and the
exit code is then 1. It checks wire files for the packages that they were
written for, if their package main is among the named packages.

If a module has a file signals.lock, check compares it with the source of the
whole module, and prints what each change breaks: see help lock.

	-json    print it as one JSON object
`,
	"wire": `usage: signalgen wire [-json] [packages]

Wire, in package main, writes signals_wire_gen.go, with a func that connects the
receivers of the packages, by default those of the whole module. The func takes
the values whose methods are receivers. Call it in main. The usual way is this
line in package main:
	//go:generate go tool signalgen wire ./...

A pattern that begins with ! leaves packages out. The file contains the
patterns, so check can repeat them.

	-json    print what was done and what is wrong as one JSON object
`,
	"graph": `usage: signalgen graph [flags] [packages]

Graph prints who sends and who hears each signal of the packages, ./... by
default. It type-checks them and runs nothing. It also prints mistakes in them.

	-format F        text (the default), mermaid, dot, json, html or asyncapi
	-program PATH    only what this main package imports
	-tests           test files too
	-o FILE          write to the file; it is replaced whole or not at all
	-diff FILE.json  print what is new and what is gone since -format json wrote it
`,
	"vet": `usage: signalgen vet [-json] [packages]

Vet looks for mistakes in how the packages use their signals, ./... by default.
It type-checks them and runs nothing. It ignores test files. It prints its
findings as file:line:col: message (check), and the exit code is then 1.

	ctx        a receiver uses another ctx than the one it has
	leak       a Connection is thrown away where code runs more than once
	locked     a lock is held across a send
	lost       the error or the responses of a send are thrown away
	selfblock  an async receiver waits for itself
	shared     a receiver writes to what other receivers see
	twice      two receivers of one signal have the same ID, name or priority
	ignore     a comment silences nothing, names no check or gives no reason

With the whole program in view it finds as well:

	unheard    a signal is sent, and nothing in the program receives it
	unsent     a signal is received, and nothing in the program sends it
	unwired    a receiver has a directive, and nothing connects it
	cycle      a receiver's signal leads back to itself
	split      two programs have different payloads under one name

A finding is silenced by a comment on its line or its declaration:
	//signalgen:ignore CHECK reason

As part of go vet: go vet -vettool=$(go tool -n signalgen) ./...

	-json    print it as one JSON object
`,
	"lock": `usage: signalgen lock [-json] [-allow CLASS -reason TEXT] [packages]

Lock writes signals.lock at the root of each module that has the packages, ./...
by default: what the signals of the whole module promise to others. Commit the
file. From then on, check compares it with the source.

If a change breaks something, the file stays as it is, and the exit code is 1.
A change has one of these classes:
	none    it breaks nobody
	source  code that sends or receives does not compile, or means something else
	wire    other processes, or messages that are stored, are affected; only for
	        signals that are bridged or have a name=

	-allow CLASS  write it anyway: changes up to source, or up to wire
	-reason TEXT  why; it is written into the file
	-json         print what was done and what is wrong as one JSON object
`,
	"version": `usage: signalgen version [-json]

Version prints the version of the module from which the command was built.

	-json    print it as {"version": "..."}
`,
	"help": `usage: signalgen help [verb]

Help says how to call the command, or one of its verbs: check, wire, graph,
vet, lock, version.
`,
}
