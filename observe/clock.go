package observe

import "time"

// A clock tells how long it has been running: to ask it takes two thirds of what
// [time.Now] takes, and it does not jump when the computer's clock is set.
type clock struct{ started time.Time }

func (c clock) now() time.Duration { return time.Since(c.started) }

// oldest returns how many of some flights there are, and when the first has begun.
func (c clock) oldest(f *flights) (n int, began time.Time) {
	n, at := f.count()
	if n > 0 {
		began = c.started.Add(at)
	}
	return n, began
}
