package observe

import "time"

// A Snapshot is what [Metrics] have counted up to a time. It is plain data, and stays as
// it is. As JSON, all durations are in nanoseconds.
type Snapshot struct {
	Time    time.Time       `json:"time"`
	Signals []SignalMetrics `json:"signals"` // in the order of their names
}

// SignalMetrics is what is known of a signal, or of several of one name.
type SignalMetrics struct {
	Name   string `json:"name"`
	Doc    string `json:"doc,omitempty"` // the doc comment of its declaration
	Muted  bool   `json:"muted,omitempty"`
	Closed bool   `json:"closed,omitempty"`

	Sends  uint64 `json:"sends"`  // all that have begun
	Errors uint64 `json:"errors"` // of receivers, async ones among them, and of relays
	Panics uint64 `json:"panics"` // of the same, and receivers that ended their goroutine; see ReceiverMetrics
	Drops  uint64 `json:"drops"`  // what async receivers did not hear

	InFlight int       `json:"inFlight"`       // observed sends that are under way
	Began    time.Time `json:"began,omitzero"` // when the oldest of them has begun; zero for none

	Latency   Latency           `json:"latency"`   // of observed sends
	Receivers []ReceiverMetrics `json:"receivers"` // in the order in which they are called
}

// ReceiverMetrics is what is known of a receiver. Receivers of one signal that agree in
// name, place, priority and id are one, which Connections counts.
type ReceiverMetrics struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Line        int      `json:"line"`
	ID          string   `json:"id,omitempty"`
	Priority    int      `json:"priority,omitempty"`
	Options     []string `json:"options,omitempty"` // others than name, id and priority, such as "once" and "async(16, Block)"
	Connections int      `json:"connections"`       // 0 if it has been disconnected, and is still called

	Calls    uint64    `json:"calls"`          // exact as long as all are observed, else estimated
	Errors   uint64    `json:"errors"`         // always exact
	Panics   uint64    `json:"panics"`         // exact but for those that went on to the sender of a call that was not observed
	InFlight int       `json:"inFlight"`       // observed calls that are under way
	Began    time.Time `json:"began,omitzero"` // when the oldest of them has begun; zero for none

	Latency Latency       `json:"latency"` // of observed calls
	Busy    time.Duration `json:"busy"`    // that all calls took together, estimated like Calls: its share of that of all is the blame

	Queue    *Queue    `json:"queue,omitempty"`    // of async ones, those of all connections together; else nil
	Failures []Failure `json:"failures,omitempty"` // the last few, the newest first
}

// A Queue is what async receivers have yet to hear.
type Queue struct {
	Len      int    `json:"len"`
	Size     int    `json:"size"`
	Overflow string `json:"overflow"` // Block, DropNewest, DropOldest or Fail
	Dropped  uint64 `json:"dropped"`
}
