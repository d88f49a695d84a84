package sqlbridge

import (
	"log/slog"
	"time"
)

// trouble keeps a log readable while something fails again and again: it tells of the
// first time, and then once a minute. The zero value is ready to use.
type trouble struct{ told time.Time }

const tellAgain = time.Minute

// tell logs err, unless it is nil, which ends the trouble, or has been told of.
func (t *trouble) tell(log *slog.Logger, err error, what string, args ...any) {
	switch {
	case err == nil:
		t.told = time.Time{}
	case time.Since(t.told) >= tellAgain:
		t.told = time.Now()
		log.Warn(what, append(args, "error", err)...)
	}
}
