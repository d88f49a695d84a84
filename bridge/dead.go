package bridge

import (
	"strings"
	"time"
)

// A DeadFilter selects dead letters of a transport, to list, replay or discard them
// together. A field that is zero selects all; the zero value selects every dead letter.
type DeadFilter struct {
	Signal string        // the signal's stable name
	Group  string        // the group that could not take it
	Reason string        // a part of the last error's text
	Older  time.Duration // dead for at least so long
	Newer  time.Duration // dead for at most so long
}

// Selects reports whether the filter selects a dead letter with the given properties,
// of which dead is how long it has been one.
func (f DeadFilter) Selects(signal, group, reason string, dead time.Duration) bool {
	return (f.Signal == "" || f.Signal == signal) &&
		(f.Group == "" || f.Group == group) &&
		strings.Contains(reason, f.Reason) &&
		dead >= f.Older &&
		(f.Newer == 0 || dead <= f.Newer)
}
