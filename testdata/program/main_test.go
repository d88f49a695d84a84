package main

import (
	"slices"
	"testing"

	"example.com/signals/conditions"
	"example.com/signals/hear"
	"example.com/signals/order"
)

// A test has no receivers but those that it connects.
func TestUnwired(t *testing.T) {
	hear.Heard = nil
	if err := run(t.Context()); err != nil || len(hear.Heard) > 0 {
		t.Errorf("error %v, heard %q", err, hear.Heard)
	}
}

func TestConnectReceivers(t *testing.T) {
	hear.Heard = nil
	listener := &hear.Listener{Name: "l"}
	connections := connectReceivers(listener)
	defer connections.Disconnect()
	if again := connectReceivers(listener); !slices.Equal(slices.Collect(again.All()), slices.Collect(connections.All())) {
		t.Error("a second call has connected other receivers")
	}
	if err := run(t.Context()); err != nil {
		t.Error(err)
	}
	heard := slices.DeleteFunc(hear.Heard, func(s string) bool { return s == "linux" })
	want := []string{
		"exact 1", "no error 1", "bare 1", "no context 1", "first", "l: placed 1",
		"context", "1 + 2", "l: told 1", "done",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard\n%q\nwant\n%q", heard, want)
	}
}

func TestConnectReceiversTo(t *testing.T) {
	hear.Heard = nil
	var orders order.Signals
	var heard hear.Signals
	defer connectReceiversTo(Sets{Order: &orders, Hear: &heard}, &hear.Listener{Name: "l"}).Disconnect()
	if err := run(t.Context()); err != nil || !slices.Equal(hear.Heard, []string{"done"}) {
		t.Errorf("error %v, heard %q, want what is sent on the program's own set", err, hear.Heard)
	}
	answers, err := heard.Asked.Send(t.Context(), "id", 0, false, conditions.Always{}, 1)
	if err != nil || !slices.Equal(answers, []string{"id[1]", "id"}) {
		t.Errorf("answers %q, error %v", answers, err)
	}
}
