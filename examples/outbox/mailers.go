package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// mailers are the processes that write mails, one at a time.
type mailers struct {
	database string
	running  *exec.Cmd
	read     chan struct{} // closed when all mails of the running mailer have been read
	written  map[int]int   // the number of mails for each order; not to be used before read is closed
	enough   chan struct{} // closed when there are afterMails mails
}

var errEnded = errors.New("the mailer has exited")

// start starts a mailer.
func (m *mailers) start(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "-db", m.database, "mailer")
	cmd.Stderr = os.Stderr
	mails, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	m.running, m.read = cmd, make(chan struct{})
	go m.readAll(mails)
	return nil
}

// readAll reads and counts mails.
func (m *mailers) readAll(mails io.Reader) {
	defer close(m.read)
	for lines := bufio.NewScanner(mails); lines.Scan(); {
		var id int
		if _, err := fmt.Sscanf(lines.Text(), "order %d:", &id); err != nil {
			continue
		}
		if m.written[id]++; m.written[id] == 1 && len(m.written) == afterMails {
			close(m.enough)
		}
	}
}

// replace waits for some mails, kills the mailer and starts another one.
func (m *mailers) replace(ctx context.Context) error {
	select {
	case <-m.enough:
	case <-m.read:
		return errEnded
	}
	fmt.Printf("the mailer is killed when %d orders are taken, and started again\n", afterOrders)
	m.kill()
	return m.start(ctx)
}

// kill kills the mailer as kill -9 does.
func (m *mailers) kill() {
	if m.running == nil {
		return
	}
	_ = m.running.Process.Kill() // fails if it has exited
	m.wait()
}

// stop interrupts the mailer, and waits until it has exited.
func (m *mailers) stop() error {
	if err := m.running.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	m.wait()
	return nil
}

// wait waits until the mailer has exited and all its mails have been read.
func (m *mailers) wait() {
	<-m.read
	_ = m.running.Wait() // returns that it was killed
	m.running = nil
}
