package bridge

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// An Option changes a [Bridge].
type Option func(*Bridge)

// Source names this program in what it publishes, as a URI reference. The default
// is made of the host's name and the program's: //host/program.
func Source(uri string) Option {
	return func(b *Bridge) {
		if uri != "" {
			b.source = uri
		}
	}
}

// WithCodec has codec make bytes of what is sent, and the other way round. The
// default, and nil, is [JSON]. Both ends have to agree on it.
func WithCodec(codec Codec) Option {
	return func(b *Bridge) {
		if b.codec = codec; codec == nil {
			b.codec = JSON
		}
	}
}

// Propagate has tracers take part. inject may change what is about to be
// published: its TraceParent and TraceState, which are those of [TraceFrom] until
// then, and its Extensions. extract returns the ctx that the receivers of an
// envelope get. Either may be nil. The module otel has a Propagate for OpenTelemetry.
func Propagate(inject func(ctx context.Context, e *Envelope), extract func(ctx context.Context, e *Envelope) context.Context) Option {
	return func(b *Bridge) { b.inject, b.extract = inject, extract }
}

// ErrorHandler has handle called with each delivery that has failed and is about
// to be settled with an error, after the local retries. The default, and nil, logs
// it with slog.Default: at level Error if it becomes a dead letter, else at Warn. A
// panic of handle is logged too; the delivery is settled in any case.
func ErrorHandler(handle func(ctx context.Context, err *DeliveryError)) Option {
	return func(b *Bridge) {
		if b.handle = handle; handle == nil {
			b.handle = logError
		}
	}
}

// A PublishOption changes what [Publish] does.
type PublishOption func(*publication)

// Timeout limits how long one send waits until the transport has stored it. The
// default is 30 seconds; 0 leaves it to the sender's ctx alone. A send whose ctx is
// never done may be given an eighth more.
func Timeout(limit time.Duration) PublishOption {
	return func(p *publication) { p.limits.limit = limit }
}

// KeyBy has key say what stays in order with what: sends of one key are received
// in the order in which they were published, those of different keys at the same
// time. The default is the sender of a signal that has one; all sends of another
// signal have the empty key. Publish panics if A is not what a send of its signal
// carries.
func KeyBy[A any](key func(args A) string) PublishOption {
	return func(p *publication) {
		p.by = append(p.by, reflect.TypeFor[A]())
		p.key = func(args any) (string, error) {
			of, _ := args.(A) // false for an A that is an interface and nil
			return key(of), nil
		}
	}
}

// SubjectBy has subject say what a send is about, such as the number of an order: the
// attribute subject of CloudEvents, by which consumers filter. There is none by default.
// Publish panics if A is not what a send of its signal carries.
func SubjectBy[A any](subject func(args A) string) PublishOption {
	return func(p *publication) {
		p.by = append(p.by, reflect.TypeFor[A]())
		p.subject = func(args any) string {
			of, _ := args.(A) // false for an A that is an interface and nil
			return subject(of)
		}
	}
}

// DataSchema sets the attribute dataschema, a URI that says where the data are
// described. The default is a hash of their shape, if the codec is a [Schemer].
func DataSchema(uri string) PublishOption {
	return func(p *publication) { p.schema = uri }
}

// A ReceiveOption changes what [Receive] does.
type ReceiveOption func(*Subscription)

// Group says on whose behalf signals are received: each is for one member of each
// group, wherever its members run. A service with three processes is one group
// that has three members. [Receive] needs one. A name has letters, digits and
// . _ - / in it, as the stable names of signals do.
func Group(name string) ReceiveOption {
	return func(s *Subscription) { s.group = name }
}

// InFlight limits how many deliveries are in hand: those that receivers have begun
// with, one for each key at the same time, and those that wait behind them. When
// there are n the transport waits. The default is 64. As many again may wait for
// their next try, so that what fails does not hold up what is good.
func InFlight(n int) ReceiveOption {
	return func(s *Subscription) { s.inFlight = max(n, 1) }
}

// Retry has a delivery that fails tried again in this process before it is given
// back to the transport: attempts times in all, the first time after a delay of
// about first, then twice as long each time, but no longer than most. Delays vary
// by chance, down to the half. Deliveries of the same key wait meanwhile, and so the
// tries should be over soon: patience is a matter of [Backoff]. The default is 3, 50
// milliseconds, 1 second.
//
// Every receiver of the signal is called again, those that have not failed too.
func Retry(attempts int, first, most time.Duration) ReceiveOption {
	return func(s *Subscription) { s.retry = retry{max(attempts, 1), first, most} }
}

// Within limits how long the receivers of one delivery may take, each time they are
// called. When the time is over their ctx is done, with a cause that wraps
// [ErrOverdue], and the delivery has failed: it is not tried again here, and the
// transport hands it over again. Receivers that have not returned a second later are
// left behind, with an error in the log; the next delivery of the key begins although
// they may still be running. The default is no limit. A delivery that takes longer
// than a minute is logged in any case.
func Within(limit time.Duration) ReceiveOption {
	return func(s *Subscription) { s.within = max(limit, 0) }
}

// Dedupe says how long at least a subscription remembers what it has acknowledged: for
// window, and at most for twice as long, as far as that are the latest 131,072. When one
// of these comes again it is acknowledged once more, and no receiver is called. The
// default is two minutes; 0 remembers nothing. Another process of the group knows
// nothing of it.
func Dedupe(window time.Duration) ReceiveOption {
	return func(s *Subscription) { s.seen.window = window }
}

// SkipOwn has the subscription acknowledge, and not deliver, what this very bridge
// has published from this very signal: its receivers have heard it already. The
// default is to deliver it. In a group of several processes the others do not hear
// it either. What comes back of a [Publish] that ended before the subscription began
// may be delivered.
func SkipOwn() ReceiveOption {
	return func(s *Subscription) { s.skipOwn = true }
}

// FromNow has a group that the transport does not know yet begin with what is
// published from now on. Without it the group begins with what the transport still
// holds of the past. A group that is known goes on where it was.
func FromNow() ReceiveOption {
	return func(s *Subscription) { s.options.FromNow = true }
}

// Broadcast has this subscription hear every envelope by itself, from now on: each
// process hears it, as each would that is the only member of a group of its own. When
// the subscription ends nothing is left behind at the transport. [Group] is not
// needed; its name is the beginning of the one that the subscription gets.
//
// What fails in a broadcast is retried as elsewhere, and is dropped with its last
// error, which [ErrorHandler] is told: nobody could replay it.
func Broadcast() ReceiveOption {
	return func(s *Subscription) { s.options.Broadcast = true }
}

// AckWait says after how long without a sign of life the transport takes a process
// for dead and gives what it holds to another member of the group. A receiver may
// take longer: the transport is told that it still runs; [Within] limits that. The
// default is the transport's. A group has one: the latest subscription's.
func AckWait(d time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.AckWait = max(d, 0) }
}

// MaxDeliver says how often the transport hands over an envelope that fails each time,
// with the tries of [Retry] each time, before it becomes a dead letter. The default is
// the transport's.
func MaxDeliver(n int) ReceiveOption {
	return func(s *Subscription) { s.options.MaxDeliver = max(n, 1) }
}

// Backoff says how long the transport waits before it hands over what has failed: the
// first pause after the first failure, and so on; the last one repeats until
// [MaxDeliver] is reached. The default is the transport's.
func Backoff(pauses ...time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.Backoff = slices.Clone(pauses) }
}

// Unordered has all deliveries go to the receivers at the same time, as many as
// [InFlight] allows, whatever their keys.
func Unordered() ReceiveOption {
	return func(s *Subscription) { s.unordered = true }
}
