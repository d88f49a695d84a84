package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
)

// A process is one that will be killed.
type process struct {
	cmd  *exec.Cmd
	done chan error // what it said in the end: nil if it has done all it had to do
}

// start starts this program again, for a role, and waits until it says that it is at
// work.
func start(role string, env ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil { // which ends with this process, and so does the other
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, make(chan error, 1)}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		return nil, fmt.Errorf("%s: %w", role, p.cmd.Wait())
	}
	go func() {
		for lines.Scan() {
			if lines.Text() == allSent {
				p.done <- nil
			}
		}
		p.done <- fmt.Errorf("%s: it has ended", role)
	}()
	return p, nil
}

// kill ends the process as kill -9 does: it gets to do nothing more.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = p.cmd.Wait() // says that it was killed
	return nil
}
