package embedded

import (
	"fmt"
	"log/slog"
	"sync"
)

// serverLog is the server's logger. Errors go to slog, and the first fatal one is kept for
// Start; the rest is dropped.
type serverLog struct {
	mu    sync.Mutex // guards first
	first error
}

func (l *serverLog) fatal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

func (l *serverLog) Fatalf(format string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first == nil {
		l.first = fmt.Errorf(format, v...)
	}
}

func (l *serverLog) Errorf(format string, v ...any) {
	slog.Error("embedded nats server", "error", fmt.Sprintf(format, v...))
}

func (l *serverLog) Warnf(string, ...any)   {}
func (l *serverLog) Noticef(string, ...any) {}
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}
