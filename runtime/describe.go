package runtime

// A Description is what there is to know of a signal, for tools.
type Description struct {
	Muted, Closed bool
	Receivers     []ConnectionInfo // those that are connected, in order; also while the signal is muted
}

// ConnectionInfo describes a receiver, and how it is connected.
type ConnectionInfo struct {
	ReceiverInfo
	Once       bool
	Until      bool // there is a ctx that disconnects it
	Weak       bool // its owner is held weakly
	One        bool // it hears one sender only
	Workers    int  // goroutines that call it; 0 for the sender's
	Middleware int  // how much of it is around each call, that of Wrap included
}

// Describe describes a signal. Of one that is not generated it tells the Receivers alone.
func Describe(s AnySignal) Description {
	var d Description
	c := coreOf(s)
	if c == nil {
		for _, r := range s.Receivers() {
			d.Receivers = append(d.Receivers, ConnectionInfo{ReceiverInfo: r})
		}
		return d
	}
	if snapshot := c.all.published.Load(); snapshot != nil && snapshot.special != nil {
		d.Muted, d.Closed = snapshot.special.muted, snapshot.special.closed
	}
	for _, conn := range c.connections() {
		d.Receivers = append(d.Receivers, conn.describe())
	}
	return d
}

func (c *Connection) describe() ConnectionInfo {
	d := ConnectionInfo{ReceiverInfo: c.info(), Middleware: len(c.core.hooks().around(c))}
	if e := c.extra; e != nil {
		d.Once, d.Until, d.Weak = e.once, e.until != nil, e.owner != nil
		d.One = c.from() != nil
		if e.queue != nil {
			d.Workers = max(1, e.workers)
		}
	}
	return d
}
