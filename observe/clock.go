package observe

import "time"

// A clock measures the time since it was started. Reading it is a third faster than
// [time.Now], and it does not jump when the wall clock is set.
type clock struct{ started time.Time }

func (c clock) now() time.Duration { return time.Since(c.started) }

// oldest returns how many flights there are, and when the first began.
func (c clock) oldest(f *flights) (n int, began time.Time) {
	n, at := f.count()
	if n > 0 {
		began = c.started.Add(at)
	}
	return n, began
}
