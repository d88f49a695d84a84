package main

// update writes
func (r report) update() error { return nil }
