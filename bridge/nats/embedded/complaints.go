package embedded

import (
	"fmt"
	"log/slog"
	"sync"
)

// complaints is the server's logger. Errors go to slog, and the first fatal one is kept for
// Start; the rest is dropped.
type complaints struct {
	mu    sync.Mutex // guards first
	first error
}

func (c *complaints) fatal() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.first
}

func (c *complaints) Fatalf(format string, v ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == nil {
		c.first = fmt.Errorf(format, v...)
	}
}

func (c *complaints) Errorf(format string, v ...any) {
	slog.Error("embedded nats server", "error", fmt.Sprintf(format, v...))
}

func (c *complaints) Warnf(string, ...any)   {}
func (c *complaints) Noticef(string, ...any) {}
func (c *complaints) Debugf(string, ...any)  {}
func (c *complaints) Tracef(string, ...any)  {}
