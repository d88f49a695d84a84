package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// patience is how long a run may take without a word.
const patience = time.Second

// progress shows on one line of a terminal what a long run is doing.
type progress struct {
	terminal io.Writer // nil where there is none

	mu    sync.Mutex // guards what follows, and writes to the terminal
	doing string     // the last step
	shown bool       // something is on the line
	late  *time.Timer
}

// startProgress returns a progress that is silent unless w is a terminal.
func startProgress(w io.Writer) *progress {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &progress{}
	}
	return newProgress(file)
}

func newProgress(terminal io.Writer) *progress {
	p := &progress{terminal: terminal}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = time.AfterFunc(patience, p.show)
	return p
}

// step records what the run does next, and shows it if the run takes long.
func (p *progress) step(doing string) {
	if p.terminal == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing = doing
	if p.shown {
		p.write()
	}
}

// show is called when patience has run out.
func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late != nil {
		p.shown = true
		p.write()
	}
}

// clearLine goes to the start of the line and clears it.
const clearLine = "\r\x1b[K"

// write replaces the line. The caller holds mu.
func (p *progress) write() {
	_, _ = fmt.Fprintf(p.terminal, "%ssignalgen: %s …", clearLine, p.doing)
}

// stop clears the line.
func (p *progress) stop() {
	if p.terminal == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late.Stop()
	p.late = nil
	if p.shown {
		_, _ = io.WriteString(p.terminal, clearLine)
	}
}
