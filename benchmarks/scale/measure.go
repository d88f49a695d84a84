package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A sample is what one run of a generator took, over all its processes.
type sample struct {
	wall   time.Duration
	cpu    time.Duration // of all processes and of the children that they waited for
	memory int64         // in bytes, the peak of the largest process
	over   bool          // it was ended at the timeout
}

// A meter runs commands and measures them.
//
// The kernel's figure for the memory of a process is the peak of the process itself, or
// of the largest child that it has waited for, such as the go command. It is never
// below the peak of this process, since a new process shares its memory until exec. So
// this process must stay small.
type meter struct {
	ctx     context.Context
	timeout time.Duration
	log     string // path of a file for what commands print
}

// run runs a command once with each of the lists of arguments, in the folder dir.
func (m meter) run(dir string, env []string, command string, calls iter.Seq[[]string]) (sample, error) {
	ctx, cancel := context.WithTimeout(m.ctx, m.timeout)
	defer cancel()
	log, err := os.Create(m.log)
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = log.Close() }()
	var s sample
	start := time.Now()
	for args := range calls {
		err = s.add(ctx, log, dir, env, command, args)
		if err != nil {
			break
		}
	}
	s.wall = time.Since(start)
	switch {
	case m.ctx.Err() != nil:
		return s, m.ctx.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		s.over = true
		return s, nil
	case err != nil:
		return s, fmt.Errorf("%s: %w: %s", filepath.Base(command), err, m.said())
	}
	return s, nil
}

// add runs one process and adds what it took.
func (s *sample) add(ctx context.Context, log *os.File, dir string, env []string, command string, args []string) error {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = log, log // a file, so that this process does not copy the output
	endWithChildren(cmd)
	err := cmd.Run()
	if state := cmd.ProcessState; state != nil {
		s.cpu += state.UserTime() + state.SystemTime()
		s.memory = max(s.memory, peakMemory(state))
	}
	return err
}

// said returns the first lines that the last command printed.
func (m meter) said() []byte {
	text, _ := os.ReadFile(m.log)
	lines := bytes.SplitAfterN(text, []byte("\n"), 4)
	return bytes.TrimSpace(bytes.Join(lines[:min(3, len(lines))], nil))
}
