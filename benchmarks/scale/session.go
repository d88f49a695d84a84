package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A state says what is up to date when a generator starts.
type state string

const (
	warm   state = "warm"   // the outputs, and the build cache
	edited state = "edited" // neither the outputs nor the build cache, for what changed
	cold   state = "cold"   // the outputs; the build cache is empty
)

var states = []state{warm, edited, cold}

func (s state) String() string { return string(s) }

// A session measures all rows.
type session struct {
	ctx context.Context
	options
	root  string // of the repository
	work  string // a folder for all files
	tools []tool
}

// A row has the results of all tools for a size, a kind and a state.
type row struct {
	size    bench.Size
	kind    kind
	state   state
	rounds  int // rounds that were asked for
	results []result
}

// A result has what one tool took in the rounds of a row.
type result struct {
	walls  []time.Duration
	cpus   []time.Duration
	spent  time.Duration
	memory int64
	output int64 // bytes that it wrote for each declaration
	over   bool
	err    error
}

// measure measures all rows. It returns those that it has when ctx is done.
func (s session) measure() ([]row, error) {
	var rows []row
	for _, size := range s.sizes {
		for _, kind := range s.kinds {
			measured, err := s.measureTree(size, kind)
			rows = append(rows, measured...)
			if err != nil {
				return rows, err
			}
		}
	}
	return rows, nil
}

// measureTree measures the rows of one tree, one for each state.
func (s session) measureTree(size bench.Size, kind kind) ([]row, error) {
	dir := filepath.Join(s.work, "tree")
	defer func() { _ = os.RemoveAll(dir) }()
	var replicas []*replica
	for _, tool := range s.tools {
		r := &replica{tool: tool, tree: tree{dir: filepath.Join(dir, tool.name), root: s.root, size: size, kind: kind}}
		if err := s.prepare(r); err != nil {
			return nil, err
		}
		replicas = append(replicas, r)
	}
	var rows []row
	for _, state := range s.states {
		row, err := s.measureRow(replicas, row{size: size, kind: kind, state: state})
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// prepare writes a tool's copy of the tree and makes the tool write its outputs. The
// error is that of the session. Errors of the tool are in the replica.
func (s session) prepare(r *replica) error {
	if err := r.tree.write(0); err != nil {
		return err
	}
	if r.config != nil {
		if err := r.config(r.tree); err != nil {
			return err
		}
	}
	// Compile the imports of the packages before the first run of any tool.
	if err := s.compile(r, "./p1"); err != nil {
		return err
	}
	s.once(r, s.warmCache(), &r.first)
	r.first.output = r.outputSize()
	s.progress(r, "first run", r.first)
	if r.loads {
		return s.compile(r, "./...")
	}
	return s.ctx.Err()
}

// compile compiles packages of a tree, and everything that they import, into the warm
// cache. If one does not compile, the others do.
func (s session) compile(r *replica, packages string) error {
	return bench.Run(s.ctx, r.tree.dir, s.env(s.warmCache()), "go", "list", "-e", "-export", "-deps", packages)
}

// measureRow lets the replicas take turns, round by round.
func (s session) measureRow(replicas []*replica, row row) (row, error) {
	row.rounds = s.rounds
	if row.state == cold {
		row.rounds = s.coldRounds
	}
	row.results = make([]result, len(replicas))
	for round := range row.rounds {
		for i, r := range replicas {
			result := &row.results[i]
			if round == 0 {
				result.output, result.over, result.err = r.first.output, r.first.over, r.first.err
			}
			if result.over || result.err != nil || result.spent > s.budget {
				continue
			}
			s.measureOnce(r, row.state, result)
			s.progress(r, fmt.Sprintf("%s %d/%d", row.state, round+1, row.rounds), *result)
			if err := s.ctx.Err(); err != nil {
				return row, err
			}
		}
	}
	return row, nil
}

// measureOnce brings a replica into a state and measures a run.
func (s session) measureOnce(r *replica, state state, result *result) {
	cache := s.warmCache()
	switch state {
	case edited:
		r.revision++
		if result.err = r.tree.write(r.revision); result.err != nil {
			return
		}
	case cold:
		cache, result.err = os.MkdirTemp(s.work, "cold-")
		if result.err != nil {
			return
		}
		defer func() { _ = os.RemoveAll(cache) }()
	}
	s.once(r, cache, result)
}

// once adds a run to a result, if its outputs are those of the tree as it is.
func (s session) once(r *replica, cache string, result *result) {
	m := meter{ctx: s.ctx, timeout: s.timeout, log: filepath.Join(s.work, "log")}
	var took sample
	took, result.err = m.run(r.tree.dir, s.env(cache), r.command, r.calls(r.tree))
	if result.err == nil && !took.over {
		result.err = r.verify()
	}
	if result.err != nil || took.over {
		result.over = took.over
		return
	}
	result.walls = append(result.walls, took.wall)
	result.cpus = append(result.cpus, took.cpu)
	result.spent += took.wall
	result.memory = max(result.memory, took.memory)
}

// env returns the environment of all tools: nothing is downloaded.
func (s session) env(cache string) []string {
	return bench.Env("GOPROXY=off", "GOCACHE="+cache)
}

// warmCache is the build cache of the states that have one.
func (s session) warmCache() string { return filepath.Join(s.work, "cache") }

// progress prints how the last run went.
func (s session) progress(r *replica, what string, latest result) {
	how := fmt.Sprintf("over %s", s.timeout)
	switch {
	case latest.err != nil:
		how = latest.err.Error()
	case !latest.over:
		how = fmt.Sprintf("%.0f ms, %.0f MiB", bench.Milliseconds(latest.walls[len(latest.walls)-1]), mib(latest.memory))
	}
	_, _ = fmt.Fprintf(os.Stderr, "%s %s %s: %s: %s\n", r.tree.size, r.tree.kind, r.name, what, how)
}
