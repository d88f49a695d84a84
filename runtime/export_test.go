package runtime

// Held returns how many entries the tables of a signal hold.
func Held(s typed) int {
	c := s.base()
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.ids) + len(c.all.held())
	for range c.others.Range {
		n++
	}
	return n
}

// ResetDefaults undoes [Configure].
func ResetDefaults() {
	defaults.mu.Lock()
	defaults.config = builtin
	defaults.mu.Unlock()
	defaults.configure(nil)
}
