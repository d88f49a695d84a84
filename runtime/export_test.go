package runtime

// Held returns how many entries the tables of a signal hold.
func Held(s generated) int {
	c := s.base()
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.ids) + len(c.all.held())
	for range c.senders.Range {
		n++
	}
	return n
}

// ResetDefaults undoes [Configure].
func ResetDefaults() {
	signals.mu.Lock()
	signals.config = builtin
	signals.mu.Unlock()
	signals.configure(nil)
}

// Ending returns how many disconnected async Once receivers a signal keeps.
func Ending(s generated) int {
	c := s.base()
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.ending)
}
