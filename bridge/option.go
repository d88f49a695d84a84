package bridge

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// An Option configures a [Bridge].
type Option func(*Bridge)

// Source sets the attribute source of what this program publishes, a URI reference. The
// default has the names of the host and the program: //host/program.
func Source(uri string) Option {
	return func(b *Bridge) {
		if uri != "" {
			b.source = uri
		}
	}
}

// WithCodec sets the codec that encodes and decodes payloads. The default, also for nil,
// is [JSON]. Publishers and receivers must use the same one.
func WithCodec(codec Codec) Option {
	return func(b *Bridge) {
		if b.codec = codec; codec == nil {
			b.codec = JSON
		}
	}
}

// Propagate sets how a tracer passes its context on. inject may change an envelope before
// it is published: its TraceParent and TraceState, which are those of [TraceFrom] at
// first, and its Extensions. extract returns the ctx for the receivers of an envelope.
// Either may be nil. The module otel has a Propagate for OpenTelemetry.
func Propagate(inject func(ctx context.Context, e *Envelope), extract func(ctx context.Context, e *Envelope) context.Context) Option {
	return func(b *Bridge) { b.inject, b.extract = inject, extract }
}

// ErrorHandler sets the func that is called for each delivery that has failed, after the
// retries in this process and before the delivery is settled. The default, also for nil,
// logs the error with slog.Default: at level Error if the envelope becomes a dead letter,
// otherwise at Warn. A panic of handle is logged; the delivery is settled in any case.
func ErrorHandler(handle func(ctx context.Context, err *DeliveryError)) Option {
	return func(b *Bridge) {
		if b.handle = handle; handle == nil {
			b.handle = logError
		}
	}
}

// A PublishOption configures a [Publish].
type PublishOption func(*publication)

// Timeout limits how long a send waits for the transport. The default is 30 seconds; with
// 0 only the sender's ctx limits it. If that ctx is never done, the limit may be up to an
// eighth longer.
func Timeout(limit time.Duration) PublishOption {
	return func(p *publication) { p.limits.limit = limit }
}

// KeyBy sets the key of each send. Sends with one key are received in the order in which
// they were published, and sends with different keys at the same time. The default key is
// the sender, or empty if the signal has no sender. Publish panics if A is not what a send
// of its signal carries.
func KeyBy[A any](key func(args A) string) PublishOption {
	return func(p *publication) {
		p.by = append(p.by, reflect.TypeFor[A]())
		p.key = func(args any) (string, error) {
			of, _ := args.(A) // false for an A that is an interface and nil
			return key(of), nil
		}
	}
}

// SubjectBy sets the attribute subject of each send: what it is about, such as the number
// of an order, so that consumers can filter by it. The default is none. Publish panics if
// A is not what a send of its signal carries.
func SubjectBy[A any](subject func(args A) string) PublishOption {
	return func(p *publication) {
		p.by = append(p.by, reflect.TypeFor[A]())
		p.subject = func(args any) string {
			of, _ := args.(A) // false for an A that is an interface and nil
			return subject(of)
		}
	}
}

// DataSchema sets the attribute dataschema, a URI of the schema of the data. The default
// is a hash of their shape, if the codec is a [Schemer].
func DataSchema(uri string) PublishOption {
	return func(p *publication) { p.schema = uri }
}

// A ReceiveOption configures a [Receive].
type ReceiveOption func(*Subscription)

// Group sets the group that the subscription is a member of. Each signal goes to one
// member of each group. A service with three processes is one group of three members.
// [Receive] needs a group. Its name consists of letters, digits and . _ - /, like the
// stable name of a signal.
func Group(name string) ReceiveOption {
	return func(s *Subscription) { s.group = name }
}

// InFlight limits how many deliveries are in flight: those that receivers are working on,
// one for each key at a time, and those that wait behind them. At n the transport waits.
// The default is 64. Up to n more may be waiting for their next try, or behind one that
// does, so that failing deliveries do not hold up the others.
func InFlight(n int) ReceiveOption {
	return func(s *Subscription) { s.inFlight = max(n, 1) }
}

// Retry sets how a failed delivery is retried in this process before it is settled: up to
// attempts tries in all, after a delay of first, which doubles each time up to most. A
// random part of up to half of each delay is left out. Deliveries with the same key wait
// meanwhile, so keep the delays short; use [Backoff] for long ones. The default is 3, 50
// milliseconds, 1 second.
//
// Every receiver of the signal is called again, including those that have not failed.
func Retry(attempts int, first, most time.Duration) ReceiveOption {
	return func(s *Subscription) { s.retry = retry{max(attempts, 1), first, most} }
}

// Within limits how long the receivers of one delivery may take each time that they are
// called. At the limit their ctx is done, with a cause that wraps [ErrOverdue], and the
// delivery has failed: it is not retried in this process, and the transport redelivers
// it. The subscription waits one more second for the receivers to return; then the next
// delivery of the key begins although they may still be running. The default is no limit.
// A delivery that takes longer than a minute is logged in any case.
func Within(limit time.Duration) ReceiveOption {
	return func(s *Subscription) { s.within = max(limit, 0) }
}

// Dedupe sets how long a subscription remembers the envelopes that it has acknowledged: at
// least for window, at most for twice as long, and no more than the latest 262,144. An
// envelope that it remembers is acknowledged without calling the receivers. The default is
// two minutes; 0 remembers nothing. The processes of a group do not share this memory.
func Dedupe(window time.Duration) ReceiveOption {
	return func(s *Subscription) { s.seen.window = window }
}

// SkipOwn makes the subscription acknowledge what this bridge has published from this
// signal without calling the receivers, which have heard it already. By default they hear
// it again. In a group of several processes the others do not hear it either. What was
// published by a [Publish] that ended before the subscription began may be heard again.
func SkipOwn() ReceiveOption {
	return func(s *Subscription) { s.skipOwn = true }
}

// FromNow makes a group that the transport does not know yet begin with what is published
// from now on. By default it begins with what the transport still stores. A group that the
// transport knows continues where it was.
func FromNow() ReceiveOption {
	return func(s *Subscription) { s.options.FromNow = true }
}

// Broadcast makes the subscription a group of its own: every process hears every signal
// that is published from now on. When the subscription ends, the transport removes the
// group. A [Group] is not needed; if there is one, the group's name begins with it.
//
// A failed delivery is retried as usual. After the last attempt the envelope is dropped
// instead of becoming a dead letter; [ErrorHandler] is called as usual.
func Broadcast() ReceiveOption {
	return func(s *Subscription) { s.options.Broadcast = true }
}

// AckWait sets after how long without a sign of life the transport treats a process as
// dead and redelivers its deliveries to another member of the group. A receiver may take
// longer, because the transport keeps the delivery alive while the process runs; [Within]
// limits that. The default is the transport's. A group has one AckWait, that of the latest
// subscription.
func AckWait(d time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.AckWait = max(d, 0) }
}

// MaxDeliver sets the number of failed deliveries, each with the tries of [Retry], after
// which an envelope becomes a dead letter. The default is the transport's, which together
// with its [Backoff] allows for half an hour or more.
func MaxDeliver(n int) ReceiveOption {
	return func(s *Subscription) { s.options.MaxDeliver = max(n, 1) }
}

// Backoff sets the pauses before the transport redelivers a failed envelope: the first
// pause after the first failure, and so on. The last one repeats until [MaxDeliver] is
// reached. The default is the transport's: seconds at first, then minutes.
func Backoff(pauses ...time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.Backoff = slices.Clone(pauses) }
}

// Unordered lets receivers be called at the same time for deliveries of the same key, as
// many as [InFlight] allows.
func Unordered() ReceiveOption {
	return func(s *Subscription) { s.unordered = true }
}
