package sqlbridge

import (
	"log/slog"
	"time"
)

// A warner logs an error that happens again and again: the first time, and then once a
// minute. It is used by one goroutine at a time. The zero value is ready to use.
type warner struct{ last time.Time }

const warnInterval = time.Minute

// report logs err, unless it has logged one a short time ago. A nil error means that the
// operation works again.
func (w *warner) report(log *slog.Logger, msg string, err error, args ...any) {
	switch {
	case err == nil:
		w.reset()
	case time.Since(w.last) >= warnInterval:
		w.last = time.Now()
		log.Warn(msg, append(args, "error", err)...)
	}
}

// reset makes report log the next error.
func (w *warner) reset() { w.last = time.Time{} }
