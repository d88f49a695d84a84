package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A program is a main and the packages with the signals that it uses. If its size is
// zero, it has no packages.
type program struct {
	style style
	kind  kind
	use   use
	size  bench.Size
}

func (p program) String() string {
	return fmt.Sprintf("%s %s %s %s", p.kind, p.use, p.size, p.style)
}

// base returns the program with one signal. It contains as much of the runtime as a
// program with any number of signals.
func (p program) base() program {
	p.size = bench.Size{Packages: 1, Signals: 1}
	return p
}

// empty returns the program without signals.
func empty(style style) program { return program{style: style, kind: payload, use: send} }

// signals is how many signals a program has.
func (p program) signals() int { return p.size.Packages * p.size.Signals }

// module is the path of a program's module.
const module = "example.com/program"

// write writes a program into its folder.
func (b builder) write(p program) error {
	generator := b.generators[p.style]
	files := map[string]string{"go.mod": bench.ModFile(module, generator.root), "main.go": p.main()}
	if p.style == byHand {
		files["hub/hub.go"] = hub
	}
	for i := range p.size.Packages {
		name, events := packageName(i), p.events(i)
		files[name+"/events.go"] = source(name, each(events, event.declaration))
		if p.style == byHand {
			files[name+"/"+p.style.file()] = source(name, each(events, event.byHand), module+"/hub")
		}
		files["use_"+name+".go"] = source("main", p.uses(name, events), module+"/"+name)
	}
	for name, text := range files {
		if err := bench.WriteFile(filepath.Join(b.dir(p), name), text); err != nil {
			return err
		}
	}
	if p.style == byHand || p.size.Packages == 0 {
		return nil
	}
	return bench.Run(b.ctx, b.dir(p), bench.Env("GOPROXY=off"), generator.command, "./...")
}

// packageName returns the name of a package, and of its folder.
func packageName(index int) string { return fmt.Sprintf("p%d", index+1) }

// events returns the events of a package. No other package has the same.
func (p program) events(index int) []event {
	list := make([]event, p.size.Signals)
	for i := range list {
		list[i] = event{p.kind, index*p.size.Signals + i}
	}
	return list
}

// each returns what text returns for the events, one after another.
func each(events []event, text func(event) string) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(text(e))
	}
	return b.String()
}

// main returns the source of the func main, which prints how many receivers were
// called. It also imports what signals may need, so that the program without signals
// has that too.
func (p program) main() string {
	shared := bench.Module + "/runtime"
	if p.style == byHand {
		shared = module + "/hub"
	}
	var imports, calls strings.Builder
	for _, path := range append(standard, shared) {
		fmt.Fprintf(&imports, "\t_ %q\n", path)
	}
	for i := range p.size.Packages {
		for part := range (p.size.Signals + perFunc - 1) / perFunc {
			fmt.Fprintf(&calls, "\t%s(ctx)\n", useFunc(packageName(i), part))
		}
	}
	return fmt.Sprintf(mainText, &imports, &calls)
}

const mainText = `package main

import (
	"context"
	"fmt"
	"os"

%s)

var heard int

// all keeps the compiler from leaving out what is not run.
var all = len(os.Args) > 1

type owner struct{ name string }

func tap(context.Context, any) {}

func main() {
	ctx := context.Background()
%s	_ = ctx
	fmt.Println(heard)
}
`
