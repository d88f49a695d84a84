package sqlbridge

import "time"

// A cursor says where the claims of a member start. They could all start at the first
// event, were it not for transactions that stay open, anywhere in PostgreSQL: until such
// a transaction ends, no row that was deleted since it began can be vacuumed, and a scan
// from the first event steps over all of them. With 25,000 deleted rows claims are half
// as fast. So most claims start after an event that the member claimed a while ago, and
// at leases and pauses that ended not long ago. A rescan starts at the beginning again: it
// finds what was committed late, and what other members gave back. The zero value starts
// with a rescan.
type cursor struct {
	after   int64 // claims start after this event
	dueFrom int64 // and with leases and pauses that end then, by the database's clock

	base   int64 // after returns to this event, the newest one at the last rescan but one
	marked int64 // the newest one at the last rescan: what overlaps with it may be committed later
	newest int64 // the newest event claimed

	nextRescan  time.Time
	rescanBegan time.Time
}

const (
	// rescanShare bounds how much of its time a member rescans: one part in so many.
	rescanShare = 20

	// longestRescanPause bounds how late an event is found that was committed late, even
	// if the last rescan took long because it waited for a lock.
	longestRescanPause = time.Minute
)

// start starts a claim. It reports whether it is a rescan.
func (c *cursor) start(now time.Time) (rescan bool) {
	if now.Before(c.nextRescan) {
		return false
	}
	c.base, c.marked = c.marked, c.newest
	c.after, c.dueFrom, c.rescanBegan = 0, 0, now
	return true
}

// rescanned ends a rescan.
func (c *cursor) rescanned(now time.Time) {
	c.nextRescan = now.Add(min(rescanShare*now.Sub(c.rescanBegan), longestRescanPause))
}

// claimed notes the last event of a claim. A rescan that has found a full batch goes on
// after it, up to base.
func (c *cursor) claimed(last int64) {
	c.newest = max(c.newest, last)
	if c.after < c.base {
		c.after = min(last, c.base)
	}
}

// drained notes that a claim found all leases and pauses that had ended by now, which is
// a time of the database's clock.
func (c *cursor) drained(now int64) {
	if c.dueFrom == 0 {
		c.dueFrom = now
	}
}

// rewind returns to the base, from behind events that other members hold up.
func (c *cursor) rewind() { c.after = c.base }

// restart returns to the first event.
func (c *cursor) restart() { c.after = 0 }
