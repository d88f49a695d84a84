package runtime

// A Description describes a signal, for tools.
type Description struct {
	Muted, Closed bool
	Receivers     []ConnectionInfo // the connected ones in the order of calls, even while the signal is muted
}

// ConnectionInfo describes a receiver and how it is connected.
type ConnectionInfo struct {
	ReceiverInfo
	Once       bool
	Until      bool // a ctx disconnects it
	Weak       bool // its owner is held weakly
	One        bool // it hears only one sender
	Workers    int  // the goroutines of an Async receiver; 0 for others
	Middleware int  // how many wrap each call, including those of Wrap
}

// Describe describes a signal. For a signal that is not generated, it fills in only the
// Receivers.
func Describe(s AnySignal) Description {
	var d Description
	c := coreOf(s)
	if c == nil {
		for _, r := range s.Receivers() {
			d.Receivers = append(d.Receivers, ConnectionInfo{ReceiverInfo: r})
		}
		return d
	}
	special := c.special()
	d.Muted, d.Closed = special.muted, special.closed
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
