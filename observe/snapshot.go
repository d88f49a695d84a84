package observe

import "time"

// A Snapshot holds the figures of a [Metrics] at one time. It is plain data and does
// not change. In JSON, durations are in nanoseconds.
type Snapshot struct {
	Time    time.Time       `json:"time"`
	Signals []SignalMetrics `json:"signals"` // in the order of their names
}

// SignalMetrics holds the figures of a signal, or of several with the same name.
type SignalMetrics struct {
	Name   string `json:"name"`
	Doc    string `json:"doc,omitempty"` // the doc comment of its declaration
	Muted  bool   `json:"muted,omitempty"`
	Closed bool   `json:"closed,omitempty"`

	Sends  uint64 `json:"sends"`  // all sends that have begun
	Errors uint64 `json:"errors"` // of receivers, including async ones, and of relays
	Panics uint64 `json:"panics"` // of the same, including calls of runtime.Goexit; see ReceiverMetrics
	Drops  uint64 `json:"drops"`  // sends that async receivers have missed

	InFlight int       `json:"inFlight"`       // observed sends that are under way
	Began    time.Time `json:"began,omitzero"` // when the oldest of them began; zero for none

	Latency   Latency           `json:"latency"`   // of observed sends
	Receivers []ReceiverMetrics `json:"receivers"` // in the order in which they are called
}

// ReceiverMetrics holds the figures of a receiver. Receivers of one signal with the
// same name, position, priority and id count as one; Connections says how many there
// are.
type ReceiverMetrics struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Line        int      `json:"line"`
	ID          string   `json:"id,omitempty"`
	Priority    int      `json:"priority,omitempty"`
	Options     []string `json:"options,omitempty"` // except name, id and priority; for example "once" and "async(16, Block)"
	Connections int      `json:"connections"`       // 0 if it has been disconnected but is still running

	Calls    uint64    `json:"calls"`          // exact if all are observed, else estimated
	Errors   uint64    `json:"errors"`         // always exact
	Panics   uint64    `json:"panics"`         // exact, except for panics that reached the sender from a call that was not observed
	InFlight int       `json:"inFlight"`       // observed calls that are under way
	Began    time.Time `json:"began,omitzero"` // when the oldest of them began; zero for none

	Latency Latency       `json:"latency"` // of observed calls
	Busy    time.Duration `json:"busy"`    // the time of all calls together, estimated like Calls; its share of the Busy of all receivers is the blame

	Queue    *Queue    `json:"queue,omitempty"`    // of async receivers, all connections together; else nil
	Failures []Failure `json:"failures,omitempty"` // the last few, newest first
}

// A Queue describes the queue of an async receiver, or of several that count as one.
type Queue struct {
	Len      int    `json:"len"`
	Size     int    `json:"size"`
	Overflow string `json:"overflow"` // Block, DropNewest, DropOldest or Fail
	Dropped  uint64 `json:"dropped"`
}
