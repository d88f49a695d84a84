package main

import "strings"

// hub is the package that signals written by hand share.
const hub = `// Package hub holds receivers.
package hub

import "sync"

// A Hub holds receivers of the type F.
type Hub[F any] struct {
	mu  sync.RWMutex
	fns []F
}

// Connect adds a receiver.
func (h *Hub[F]) Connect(f F) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fns = append(h.fns[:len(h.fns):len(h.fns)], f)
}

// Receivers returns the receivers, in order.
func (h *Hub[F]) Receivers() []F {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.fns
}
`

// byHand returns what one would write by hand for an event: the hub of its receivers, a
// func that connects, and one that sends.
func (e event) byHand() string {
	receiver := "func(" + e.params("") + ")" + e.results("")
	if e.kind == signature {
		receiver = e.name()
	}
	return strings.NewReplacer(
		"$name", e.name(),
		"$receiver", receiver,
		"$params", e.params(""),
		"$results", e.results("[]"),
		"$loop", e.loop(),
	).Replace(`
var hub$name hub.Hub[$receiver]

// Connect$name adds a receiver.
func Connect$name(receiver $receiver) {
	hub$name.Connect(receiver)
}

// Send$name calls the receivers, up to the first error.
func Send$name($params)$results {
$loop}
`)
}

// loop returns the body of the func that sends, for what receivers return.
func (e event) loop() string {
	value, fails := e.result()
	text := "\tfor _, f := range hub$name.Receivers() {\n\t\tf($args)\n\t}\n"
	switch {
	case value != "" && fails:
		text = loopValueError
	case value != "":
		text = loopValue
	case fails:
		text = loopError
	}
	return strings.NewReplacer("$name", e.name(), "$args", e.args(), "$value", value).Replace(text)
}

const loopError = `	for _, f := range hub$name.Receivers() {
		if err := f($args); err != nil {
			return err
		}
	}
	return nil
`

const loopValue = `	var values []$value
	for _, f := range hub$name.Receivers() {
		values = append(values, f($args))
	}
	return values
`

const loopValueError = `	var values []$value
	for _, f := range hub$name.Receivers() {
		value, err := f($args)
		if err != nil {
			return values, err
		}
		values = append(values, value)
	}
	return values, nil
`
