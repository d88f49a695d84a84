// Package hear has receivers of all forms.
package hear

import (
	"context"
	"fmt"
	t "time"

	"example.com/signals/conditions"
	"example.com/signals/order"
)

// Heard is what the receivers have heard.
var Heard []string

func hear(format string, args ...any) { Heard = append(Heard, fmt.Sprintf(format, args...)) }

// Asked is a signal with parameters of many kinds.
//
//signalgen:signal
type Asked func(ctx context.Context, id string, after t.Duration, _ bool, always conditions.Always, more ...int) (answer string, err error)

// Told has receivers that return nothing.
//
//signalgen:signal
type Told func(ctx context.Context, a, b int)

// Failed has receivers that return an error.
//
//signalgen:signal
type Failed func(ctx context.Context, cause error) error

// Exact is as the signal has it.
//
//signalgen:receiver priority=10 id=exact name=hear.exact
func Exact(_ context.Context, data order.Placed) error {
	hear("exact %s", data.ID)
	return nil
}

// Bare takes the payload alone.
//
//signalgen:receiver
func Bare(data order.Placed) { hear("bare %s", data.ID) }

// NoError returns none.
//
//signalgen:receiver priority=10
func NoError(_ context.Context, data order.Placed) { hear("no error %s", data.ID) }

// NoContext takes none.
//
//signalgen:receiver
func NoContext(data order.Placed) error {
	hear("no context %s", data.ID)
	return nil
}

// First is called once.
//
//signalgen:receiver once
func First(order.Placed) { hear("first") }

// All takes all that is sent.
//
//signalgen:receiver Asked
func All(_ context.Context, id string, _ t.Duration, _ bool, _ conditions.Always, _ ...int) (string, error) {
	return id, nil
}

// ByName takes some of what is sent, in another order.
//
//signalgen:receiver Asked priority=1
func ByName(more []int, id string) string { return fmt.Sprint(id, more) }

// Context takes nothing besides.
//
//signalgen:receiver Told
//signalgen:receiver Failed
func Context(context.Context) { hear("context") }

// Sum takes a part.
//
//signalgen:receiver Told
func Sum(b, a int) { hear("%d + %d", a, b) }

// Wrap returns an error.
//
//signalgen:receiver example.com/signals/hear.Failed
func Wrap(cause error) error { return fmt.Errorf("wrapped: %w", cause) }

// Listener has methods that are receivers.
type Listener struct{ Name string }

// Placed hears an order.
//
//signalgen:receiver
func (l *Listener) Placed(data order.Placed) { hear("%s: placed %s", l.Name, data.ID) }

// Told hears two numbers.
//
//signalgen:receiver Told priority=-1
func (l Listener) Told(a int) { hear("%s: told %d", l.Name, a) }
