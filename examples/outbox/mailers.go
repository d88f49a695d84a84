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

// mailers are processes that write mails, one after another.
type mailers struct {
	database string
	running  *exec.Cmd
	read     chan struct{} // closed when all that the one that runs has written is read
	written  map[int]int   // how many mails there are for each order; to be read when read is closed
	enough   chan struct{} // closed when a mailer may be killed
}

var errEnded = errors.New("the mailer has ended by itself")

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

// readAll counts mails.
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

// replace kills the mailer, when it has written some mails, and starts another one.
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

// kill ends the mailer as kill -9 does: it gets to do nothing more.
func (m *mailers) kill() {
	if m.running == nil {
		return
	}
	_ = m.running.Process.Kill() // fails if it has ended
	m.wait()
}

// stop has the mailer end by itself.
func (m *mailers) stop() error {
	if err := m.running.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	m.wait()
	return nil
}

// wait waits until the mailer has ended and all that it has written is read.
func (m *mailers) wait() {
	<-m.read
	_ = m.running.Wait() // says that it was killed
	m.running = nil
}
