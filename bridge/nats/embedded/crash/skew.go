//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// Orders as other versions of the program declare them.
type (
	renamed struct {
		ID     int
		Sent   time.Time
		Client string
		Items  []string
		Price  int
	}
	removed struct {
		ID       int
		Sent     time.Time
		Customer string
		Items    []string
	}
	nullable struct {
		ID       int
		Sent     time.Time
		Customer *string
		Items    []string
		Price    int
	}
)

// skew publishes what programs of other versions would send, and then an order of the
// receiver's own version. If warned is true, a zero value does no harm when there was a
// warning.
func skew(codec bridge.Codec, warned bool) func(ctx context.Context, v *victim) (tried, harmed int, err error) {
	return func(ctx context.Context, v *victim) (tried, harmed int, err error) {
		var log safeBuffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		if err := v.receive(bridge.WithCodec(codec)); err != nil {
			return 0, 0, err
		}
		const own = 4
		now := time.Now()
		for i, args := range []any{
			renamed{1, now, "Ada Lovelace", []string{"lamp"}, 1},
			removed{2, now, "Ada Lovelace", []string{"lamp"}},
			nullable{3, now, nil, []string{"lamp"}, 1},
			order.New(own),
		} {
			data, contentType, err := codec.Encode(args)
			if err != nil {
				return 0, 0, err
			}
			e := &bridge.Envelope{
				ID: fmt.Sprint(i), Source: "//other/version", Type: v.signals.Placed.Name(), ContentType: contentType, Data: data,
				DataSchema: codec.(bridge.Schemer).Schema(reflect.TypeOf(args)),
			}
			if err := v.transport.Publish(ctx, e); err != nil {
				return 0, 0, err
			}
		}
		if !v.hears(own) { // it comes after the others, which have the same key
			return 0, 0, errors.New("what has the receiver's own version is not heard")
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, o := range v.heard {
			if o.Customer == "" || o.Price == 0 {
				harmed++
			}
		}
		if warned {
			harmed = max(0, harmed-strings.Count(log.String(), "another schema"))
		}
		return 3, harmed, nil
	}
}

// A safeBuffer is written by several goroutines.
type safeBuffer struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (b *safeBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
