package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A style says who writes the code of signals.
type style string

const (
	generated style = "generated"
	byHand    style = "by hand"
)

var styles = []style{generated, byHand}

// A program is a main and the packages with the signals that it connects to and
// sends. It has no packages if its size is zero.
type program struct {
	style style
	size  bench.Size
}

// module is the path of a program's module.
const module = "example.com/program"

// write writes a program into its folder.
func (b builder) write(p program) error {
	files := map[string]string{"go.mod": bench.ModFile(module, b.root), "main.go": p.main()}
	if p.style == byHand {
		files["hub/hub.go"] = hub
	}
	for i := range p.size.Packages {
		name := packageName(i)
		files[name+"/events.go"] = p.declare(name, p.events(i))
		files["use_"+name+".go"] = p.use(name, p.events(i))
	}
	for name, text := range files {
		if err := bench.WriteFile(filepath.Join(b.dir(p), name), text); err != nil {
			return err
		}
	}
	if p.style == generated && p.size.Packages > 0 {
		return bench.Run(b.ctx, b.dir(p), bench.Env("GOPROXY=off"), b.signalgen, "./...")
	}
	return nil
}

// packageName returns the name of a package, and of its folder.
func packageName(index int) string { return fmt.Sprintf("p%d", index+1) }

// events returns the events of a package. No other package has the same.
func (p program) events(index int) []event {
	list := make([]event, p.size.Signals)
	for i := range list {
		list[i] = event(index*p.size.Signals + i)
	}
	return list
}

// declare returns the source of the package of this name.
func (p program) declare(name string, events []event) string {
	var b strings.Builder
	imports := "\t\"context\"\n"
	if p.style == byHand {
		imports += "\n\t\"" + module + "/hub\"\n"
	}
	fmt.Fprintf(&b, "// Package %[1]s has events.\npackage %[1]s\n\nimport (\n%[2]s)\n", name, imports)
	for _, e := range events {
		b.WriteString(e.declaration(p.style == generated))
		if p.style == byHand {
			b.WriteString(e.byHand())
		}
	}
	return b.String()
}

// perFunc is the number of signals that one func of the package main uses.
const perFunc = 10

// use returns the source of a file of the package main, which uses the package
// of this name. It is the same in both styles.
func (p program) use(name string, events []event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package main\n\nimport (\n\t\"context\"\n\n\t\"%s/%s\"\n)\n", module, name)
	i := 0
	for some := range slices.Chunk(events, perFunc) {
		fmt.Fprintf(&b, "\nfunc %s(ctx context.Context) {\n", useFunc(name, i))
		for _, e := range some {
			b.WriteString(e.use(name + "."))
		}
		b.WriteString("}\n")
		i++
	}
	return b.String()
}

// useFunc returns the name of a func that uses the package of this name.
func useFunc(name string, index int) string {
	return fmt.Sprintf("use%sPart%d", strings.ToUpper(name), index+1)
}

// use returns statements that connect a receiver to the event and send it. The
// qualifier is that of the event's package.
func (e event) use(qualifier string) string {
	params := strings.Replace(e.params(), " "+e.name(), " "+qualifier+e.name(), 1)
	const text = "\t%[1]sConnect%[2]s(func(%[3]s)%[4]s {\n\t\theard++\n\t\treturn\n\t})\n\t%[1]sSend%[2]s(%[5]s)\n"
	return fmt.Sprintf(text, qualifier, e.name(), params, e.named(), e.zeroes(qualifier))
}

// zeroes returns arguments of a send, all of them zero.
func (e event) zeroes(qualifier string) string {
	if !e.signature() {
		return "ctx, " + qualifier + e.name() + "{}"
	}
	text := "ctx"
	for _, t := range e.values() {
		text += ", *new(" + t + ")"
	}
	return text
}

// main returns the source of the func main, which prints how many receivers
// were called. It imports what signals share, so that it has that without any.
func (p program) main() string {
	var b strings.Builder
	shared := bench.Module + "/runtime"
	if p.style == byHand {
		shared = module + "/hub"
	}
	fmt.Fprintf(&b, "package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t_ %q\n)\n", shared)
	b.WriteString("\nvar heard int\n\nfunc main() {\n\tctx := context.Background()\n")
	for i := range p.size.Packages {
		for from := 0; from < p.size.Signals; from += perFunc {
			fmt.Fprintf(&b, "\t%s(ctx)\n", useFunc(packageName(i), from/perFunc))
		}
	}
	b.WriteString("\t_ = ctx\n\tfmt.Println(heard)\n}\n")
	return b.String()
}
