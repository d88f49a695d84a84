package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/internal/replace"
	"github.com/signalgen/signalgen/topology"
)

// graphCall holds the flags of the verb graph.
type graphCall struct {
	format  string
	program string
	tests   bool
	output  string
	diff    string
}

// A format is a way to write a model.
type format struct {
	name  string
	write func(w io.Writer, m *topology.Model) error
}

var formats = []format{
	{"text", topology.Text},
	{"mermaid", topology.Mermaid},
	{"dot", topology.DOT},
	{"json", topology.JSON},
	{"html", topology.HTML},
	{"asyncapi", topology.AsyncAPI},
}

func (g *graphCall) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&g.format, "format", "", "")
	flags.StringVar(&g.program, "program", "", "")
	flags.BoolVar(&g.tests, "tests", false, "")
	flags.StringVar(&g.output, "o", "", "")
	flags.StringVar(&g.diff, "diff", "", "")
}

// checkGraph returns what is wrong with the flags of the verb graph.
func (c call) checkGraph() error {
	g := c.graph
	switch {
	case c.json:
		return seeHelp(errors.New("graph takes no -json; wanted -format json"))
	case g.diff != "" && g.format != "":
		return seeHelp(fmt.Errorf("found -format %s beside -diff, which prints lines of its own", g.format))
	case g.write() == nil:
		names := make([]string, len(formats))
		for i, f := range formats {
			names[i] = f.name
		}
		return seeHelp(fmt.Errorf("unknown format %s; wanted one of %s", g.format, strings.Join(names, ", ")))
	default:
		return nil
	}
}

// write returns the func that writes the format, or nil.
func (g graphCall) write() func(io.Writer, *topology.Model) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == cmp.Or(g.format, "text") })
	if i < 0 {
		return nil
	}
	return formats[i].write
}

// runGraph is the verb graph. It returns the exit code.
func (c call) runGraph(ctx context.Context, stdout, stderr io.Writer) int {
	progress := startProgress(stderr)
	picture, faults, err := c.picture(ctx, progress.step)
	progress.stop()
	if err == nil {
		err = c.graph.put(picture, stdout)
	}
	var r report
	r.addFaults(faults)
	r.add(err)
	r.print(false, stdout, stderr)
	if len(r.Errors) > 0 {
		return exitMistakes
	}
	return exitDone
}

// picture returns what to print, and what is wrong with the packages.
func (c call) picture(ctx context.Context, step func(string)) ([]byte, []topology.Fault, error) {
	var earlier *topology.Model
	if c.graph.diff != "" {
		var err error
		if earlier, err = readModel(c.graph.diff); err != nil {
			return nil, nil, err
		}
	}
	m, err := topology.Load(ctx, topology.Options{Patterns: c.patterns, Tests: c.graph.tests, Progress: step})
	if err == nil && c.graph.program != "" {
		m, err = m.Only(c.graph.program)
	}
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	if earlier != nil {
		err = topology.Diff(&out, earlier, m)
	} else {
		err = c.graph.write()(&out, m)
	}
	return out.Bytes(), m.Faults, err
}

func readModel(path string) (*topology.Model, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	m, err := topology.ReadJSON(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// put prints the picture, or writes it to a file.
func (g graphCall) put(picture []byte, stdout io.Writer) error {
	if g.output == "" {
		_, err := stdout.Write(picture)
		return err
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(g.output); err == nil {
		mode = info.Mode().Perm()
	}
	return replace.File(g.output, picture, mode)
}
