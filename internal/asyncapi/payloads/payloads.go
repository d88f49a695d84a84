// Package payloads declares signals with every form of payload, for AsyncAPI documents.
package payloads

import (
	"context"
	"encoding/json"
	"math/big"
	"net/netip"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A State is an enum of strings.
type State string

// The states.
const (
	Open State = "open" // Open has *just* begun.
	Paid State = "paid"
)

// A Level is an enum of integers.
type Level uint8

// The levels.
const (
	Low Level = iota
	High
)

// A Base is embedded.
type Base struct {
	ID      int64     `json:"id,string"`
	Created time.Time `json:"created"`
}

// A Point marshals itself.
type Point struct{ x, y int }

// MarshalJSON writes an array.
func (p Point) MarshalJSON() ([]byte, error) { return json.Marshal([]int{p.x, p.y}) }

// A Tree refers to itself.
type Tree struct {
	Value    int
	Left     *Tree
	Children []Tree `json:",omitempty"`
}

// Everything has a field of each kind.
//
//signalgen:signal name=payloads.everything
type Everything struct {
	Base
	*Tree

	Bool     bool
	Int8     int8
	Int16    int16
	Int32    int32
	Uint     uint
	Uint8    uint8
	Uint16   uint16
	Uint32   uint32
	Uint64   uint64
	Uintptr  uintptr
	Float32  float32
	Float64  float64
	String   string
	Bytes    []byte
	Number   json.Number
	Raw      json.RawMessage
	Duration time.Duration
	Weekday  time.Weekday
	State    State
	Level    Level // Level is beside a reference.
	Addr     netip.Addr
	Big      *big.Int
	Point    Point
	Any      any

	Pointer   *string
	ToState   *State
	ToPointer **int
	Array     [2]bool
	Slice     []Base
	Map       map[string][]Level
	ByNumber  map[int16]string
	ByText    map[netip.Addr]*Tree
	Nested    struct {
		Deep map[string]struct{ Deeper int }
	}

	Quoted struct {
		Int    int     `json:",string"`
		Uint   *uint8  `json:",string"`
		Bool   bool    `json:",string"`
		Float  float64 `json:",string,omitempty"`
		String string  `json:",string"`
	}

	Empty  string     `json:"empty,omitempty"`
	Zero   time.Time  `json:"zero,omitzero"`
	Signed netip.Addr `json:"<&> ä"`
	Hidden string     `json:"-"`
}

// Names is a slice.
//
//signalgen:signal name=payloads.names
type Names []string

// Count is a number.
//
//signalgen:signal
type Count uint16

// Labels is a map.
//
//signalgen:signal name=payloads.labels
type Labels map[State]Level

// When is an alias.
//
//signalgen:signal name=payloads/when
type When = time.Time

// Where is an alias of a struct without a name.
//
//signalgen:signal name=payloads.where
type Where = struct{ At Point }

// Whatever is an interface.
//
//signalgen:signal name=payloads.whatever
type Whatever any

// Stored is generic.
//
//signalgen:signal name=payloads.stored
type Stored[K comparable, V any] struct {
	Key   K
	Value *V
}

// Asked has arguments, a sender and an answer.
//
//signalgen:signal sender name=payloads.asked
type Asked func(ctx context.Context, from netip.Addr, id int, _ *Tree, more ...State) (answer Tree, err error)

// Nothing has no arguments.
//
//signalgen:signal name=payloads.nothing
type Nothing func(ctx context.Context)

// Called is not fit for the wire, and is not bridged.
//
//signalgen:signal name=payloads.called
type Called func(ctx context.Context, back func() error, results chan<- int) error

// Instances of the generic signal.
var (
	StoredState StoredSignal[State, Tree]
	StoredTimes StoredSignal[int, []time.Time]
)

// Bridge bridges all signals that can be bridged.
func Bridge(ctx context.Context, b *bridge.Bridge) error {
	set := &DefaultSignals
	bridge.Publish(b, &set.Everything)
	bridge.Publish(b, &set.Names)
	bridge.Publish(b, &set.Count)
	bridge.Publish(b, &set.When)
	bridge.Publish(b, &set.Where)
	bridge.Publish(b, &set.Whatever)
	bridge.Publish(b, &set.Nothing)
	bridge.Publish(b, &StoredState)
	bridge.Publish(b, &StoredTimes)
	if _, err := bridge.Receive(b, &set.Everything, bridge.Group("readers")); err != nil {
		return err
	}
	return bridge.Serve(ctx, b, &set.Asked, bridge.Group("answers"))
}

// Call sends what is not bridged.
func Call(ctx context.Context) error {
	_ = SendLabels(ctx, Labels{Open: High})
	return SendCalled(ctx, func() error { return nil }, nil)
}
