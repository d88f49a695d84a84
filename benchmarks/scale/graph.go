package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// Compares signalgen graph with go vet and one analyzer on the same tree. Both make the
// go command list and compile the packages, and both type-check them. go vet keeps its
// results in the build cache.

// A reading is one of the two commands.
type reading struct {
	name    string
	command string
	args    []string
}

// measureGraph measures both on a tree of each size, and prints a table.
func (s session) measureGraph(w io.Writer) error {
	command, err := bench.BuildSignalgen(s.ctx, s.root, s.work)
	if err != nil {
		return err
	}
	readings := []reading{
		{"graph", command, []string{"graph", "-format", "json"}},
		{"go vet", "go", []string{"vet", "-printf", "./..."}},
	}
	table := bench.Table{Labels: 2, Header: []string{"packages x signals", "state", "graph, ms", "go vet -printf, ms", "ratio", "graph, CPU ms", "go vet, CPU ms", "graph, MiB", "go vet, MiB"}}
	for _, size := range s.sizes {
		var rows [][]string
		rows, err = s.measureGraphOf(readings, command, size)
		table.Rows = append(table.Rows, rows...)
		if err != nil {
			break
		}
	}
	// What was measured before an error or an interrupt is still useful.
	return errors.Join(err, table.Write(w))
}

// measureGraphOf makes a tree and measures both in each state.
func (s session) measureGraphOf(readings []reading, command string, size bench.Size) ([][]string, error) {
	t := tree{dir: filepath.Join(s.work, "graph"), root: s.root, size: size, kind: light}
	defer func() { _ = os.RemoveAll(t.dir) }()
	if err := errors.Join(t.write(0), t.writeUses()); err != nil {
		return nil, err
	}
	env := s.env(s.warmCache())
	if err := bench.Run(s.ctx, t.dir, env, command, "./..."); err != nil {
		return nil, err
	}
	for _, r := range readings { // the warm cache has the results of both
		if err := bench.Run(s.ctx, t.dir, env, r.command, r.args...); err != nil {
			return nil, err
		}
	}
	var rows [][]string
	for _, state := range s.states {
		if state == edited {
			continue // neither has outputs
		}
		results, err := s.takeTurns(t, readings, state)
		if err != nil {
			return rows, err
		}
		rows = append(rows, graphRow(size, state, results))
	}
	return rows, nil
}

// takeTurns runs both once in every round.
func (s session) takeTurns(t tree, readings []reading, state state) ([]result, error) {
	rounds := s.rounds
	if state == cold {
		rounds = s.coldRounds
	}
	results := make([]result, len(readings))
	for range rounds {
		for i, r := range readings {
			took, err := s.readOnce(t, r, state)
			if err != nil {
				return nil, err
			}
			_, _ = fmt.Fprintf(os.Stderr, "%s %s: %s: %.0f ms, %.0f MiB\n", t.size, r.name, state, bench.Milliseconds(took.wall), mib(took.memory))
			results[i].walls = append(results[i].walls, took.wall)
			results[i].cpus = append(results[i].cpus, took.cpu)
			results[i].memory = max(results[i].memory, took.memory)
		}
	}
	return results, nil
}

// readOnce measures one run.
func (s session) readOnce(t tree, r reading, state state) (sample, error) {
	cache := s.warmCache()
	if state == cold {
		var err error
		if cache, err = os.MkdirTemp(s.work, "cold-"); err != nil {
			return sample{}, err
		}
		defer func() { _ = os.RemoveAll(cache) }()
	}
	m := meter{ctx: s.ctx, timeout: s.timeout, log: filepath.Join(s.work, "log")}
	took, err := m.run(t.dir, s.env(cache), r.command, slices.Values([][]string{r.args}))
	if err == nil && took.over {
		err = fmt.Errorf("%s took longer than %v", r.name, s.timeout)
	}
	return took, err
}

func graphRow(size bench.Size, state state, results []result) []string {
	graph, vet := results[0], results[1]
	took, beside := bench.Milliseconds(bench.Median(graph.walls)), bench.Milliseconds(bench.Median(vet.walls))
	row := []string{size.String(), state.String()}
	for _, figure := range []float64{took, beside} {
		row = append(row, fmt.Sprintf("%.0f", figure))
	}
	row = append(row, fmt.Sprintf("%.2f", took/beside))
	for _, figure := range []float64{
		bench.Milliseconds(bench.Median(graph.cpus)), bench.Milliseconds(bench.Median(vet.cpus)),
		mib(graph.memory), mib(vet.memory),
	} {
		row = append(row, fmt.Sprintf("%.0f", figure))
	}
	return row
}

// writeUses makes each package send its signals, and hear those of another one.
func (t tree) writeUses() error {
	for i, name := range t.packages() {
		heard := t.packages()[i/10]
		if heard == name {
			heard = ""
		}
		if err := bench.WriteFile(filepath.Join(t.dir, name, "uses.go"), t.uses(name, heard)); err != nil {
			return err
		}
	}
	return nil
}

// uses returns a file of a package that sends all its signals, and hears those of
// another package, if there is one.
func (t tree) uses(name, heard string) string {
	var text strings.Builder
	text.WriteString("package " + name + "\n\nimport (\n\t\"context\"\n\t\"time\"\n")
	if heard != "" {
		text.WriteString("\n\t\"" + module + "/" + heard + "\"\n")
	}
	text.WriteString(")\n\nvar _ time.Duration\n")
	for i, number := range t.numbered("") {
		send, hear := sendPayload, hearPayload
		if i%signatureEvery == signatureEvery-1 {
			send, hear = sendSignature, hearSignature
		}
		if heard != "" {
			send += hear
		}
		text.WriteString(strings.NewReplacer("$N", number, "$H", heard).Replace(send))
	}
	return text.String()
}

const sendPayload = `
func send$N(ctx context.Context) error { return SendEvent$N(ctx, Event$N{}) }
`

const sendSignature = `
func send$N(ctx context.Context) error {
	_, err := SendEvent$N(ctx, "", 0)
	return err
}
`

const hearPayload = `
func init() {
	$H.ConnectEvent$N(func(ctx context.Context, data $H.Event$N) error { return send$N(ctx) })
}
`

const hearSignature = `
func init() {
	$H.ConnectEvent$N(func(ctx context.Context, name string, after time.Duration) (time.Time, error) {
		return time.Time{}, send$N(ctx)
	})
}
`
