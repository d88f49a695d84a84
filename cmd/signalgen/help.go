package main

// help says how to call the command, and each verb. It fits a screen of 24 lines and
// 80 columns.
var help = map[string]string{
	"": `usage: signalgen [-json] [packages]
       signalgen check|wire [-json] [packages]
       signalgen graph [flags] [packages]
       signalgen version [-json]
       signalgen help [verb]

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
	version  print the version
	help     print this, or more about a verb
	-json    print what was done and what is wrong as one JSON object

Exit codes: 0 done, 1 mistakes in the input or files to change, 2 wrong usage.
More: go doc github.com/signalgen/signalgen/cmd/signalgen
`,
	"check": `usage: signalgen check [-json] [packages]

Check writes nothing. For each output that is missing, stale or orphaned, it says
so and prints what go generate would change, as a unified diff. The exit code is
then 1: for CI. Wire files are checked for the packages that they were written
for, where their package main is among those that are named.

	-json    print it as one JSON object
`,
	"wire": `usage: signalgen wire [-json] [packages]

Wire, in package main, writes signals_wire_gen.go, with a func that connects the
receivers of the packages, by default those of the whole module. It takes the
values whose methods are receivers, and main calls it. The usual way is this line
in package main:
	//go:generate go tool signalgen wire ./...

A pattern with ! in front leaves packages out. The patterns stand in the file, so
that check can repeat them.

	-json    print what was done and what is wrong as one JSON object
`,
	"graph": `usage: signalgen graph [flags] [packages]

Graph prints who sends and who hears each signal of the packages, ./... by default.
It type-checks them, and runs nothing. Mistakes in them are printed too.

	-format F        text (the default), mermaid, dot or json
	-program PATH    only what this main package imports
	-tests           test files too
	-o FILE          write to the file; it is replaced whole or not at all
	-diff FILE.json  print what is new and what is gone since -format json wrote it
`,
	"version": `usage: signalgen version [-json]

Version prints the version of the module from which the command was built.

	-json    print it as {"version": "..."}
`,
	"help": `usage: signalgen help [verb]

Help says how to call the command, or one of its verbs: check, wire, graph,
version.
`,
}
