package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
)

// A process is a child process.
type process struct {
	cmd  *exec.Cmd
	done chan error // receives nil when the process has sent everything, or an error when it has ended
}

// start starts this program again, with a role, and waits until it is ready.
func start(role string, env ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil { // a pipe that is closed when this process ends, which ends the child
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
		p.done <- fmt.Errorf("%s: the process has ended", role)
	}()
	return p, nil
}

// kill kills the process as kill -9 does.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = p.cmd.Wait() // returns that it was killed
	return nil
}
