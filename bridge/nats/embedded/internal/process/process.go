//go:build unix

// Package process starts this program again for another role, as a process that can be
// killed and stopped:
//
//	var greeter = process.NewRole("greeter", func(name string) error { ... process.Ready() ... })
//
//	func main() {
//		process.Act() // does not return in a process that has a role
//		p, err := greeter.Start("Ada")
//		...
//		err = p.Kill()
package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

const (
	roleVariable = "SIGNALGEN_TRIAL_ROLE"
	argVariable  = "SIGNALGEN_TRIAL_ARG"
)

// roles are written while packages are initialized, and only read from then on.
var roles = make(map[string]func(arg []byte) error)

// A Role is what a process can be started for.
type Role[A any] struct{ name string }

// NewRole returns a role of which run is all that its process does. It is for variables
// of packages.
func NewRole[A any](name string, run func(arg A) error) Role[A] {
	roles[name] = func(text []byte) error {
		var arg A
		if err := json.Unmarshal(text, &arg); err != nil {
			return err
		}
		return run(arg)
	}
	return Role[A]{name}
}

// Act plays the role of this process, if it has one, and ends it. main and TestMain call
// it first.
func Act() {
	name := os.Getenv(roleVariable)
	if name == "" {
		return
	}
	if err := roles[name]([]byte(os.Getenv(argVariable))); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Ready has Start return in the process that has started this one. It returns when Stop
// is called there, or that process has ended.
func Ready() error {
	fmt.Println("ready")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// A Process is one that was started for a role. It ends with this one at the latest.
type Process struct {
	cmd *exec.Cmd
	in  io.Closer
}

// Start starts a process for the role, and waits until it is ready.
func (r Role[A]) Start(arg A) (*Process, error) {
	text, err := json.Marshal(arg)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleVariable+"="+r.name, argVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd, in}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", r.name, err), p.Kill())
	}
	return p, nil
}

// Kill ends the process as kill -9 does: it gets to do nothing more. One that has ended
// stays as it is.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	p.reap()
	return nil
}

// Stop has Ready return in the process, and waits until it has ended.
func (p *Process) Stop() error {
	err := p.in.Close()
	p.reap()
	return err
}

// Pause stops the process: its connections stay, and nothing answers on them.
func (p *Process) Pause() error { return p.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume has a process go on that Pause has stopped.
func (p *Process) Resume() error { return p.cmd.Process.Signal(syscall.SIGCONT) }

func (p *Process) reap() {
	_ = p.cmd.Wait() // says how it ended
	_ = p.in.Close() // fails if it is closed
}
