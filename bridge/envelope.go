package bridge

import "time"

// An Envelope is one send on its way between processes: an event of CloudEvents 1.0.
type Envelope struct {
	ID          string    // unique among those of the source
	Source      string    // who published it, a URI reference
	Type        string    // the signal's stable name
	Time        time.Time // when it was sent
	ContentType string    // of the data, such as application/json
	DataSchema  string    // the shape of the data, a URI; "" for none (dataschema)
	Subject     string    // what the event is about, such as an order's number; "" for none
	Key         string    // what [KeyBy] returns, or the sender; "" for neither (partitionkey)
	TraceParent string    // W3C trace context; "" for none
	TraceState  string    // W3C trace context; "" for none
	Data        []byte

	// Extensions are further attributes, by name. nil for none.
	Extensions map[string]string
}
