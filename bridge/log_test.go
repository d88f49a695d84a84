package bridge_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// buffer is a log that may be written by several goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// captureLog has slog's default write to a buffer until the end of the test.
func captureLog(t *testing.T) *buffer {
	log, before := new(buffer), slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return log
}
