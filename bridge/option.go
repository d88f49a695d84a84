package bridge

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// An Option changes a [Bridge].
type Option func(*Bridge)

// Source names this program in what it publishes. It is a URI reference. The default has
// the names of the host and the program: //host/program.
func Source(uri string) Option {
	return func(b *Bridge) {
		if uri != "" {
			b.source = uri
		}
	}
}

// WithCodec sets the codec that turns payloads into bytes and back. The default, and
// nil, is [JSON]. Both ends must agree on it.
func WithCodec(codec Codec) Option {
	return func(b *Bridge) {
		if b.codec = codec; codec == nil {
			b.codec = JSON
		}
	}
}

// Propagate lets a tracer take part. inject may change an envelope that is about to be
// published: its TraceParent and TraceState, which begin as those of [TraceFrom], and its
// Extensions. extract returns the ctx for the receivers of an envelope. Either may be
// nil. The module otel has a Propagate for OpenTelemetry.
func Propagate(inject func(ctx context.Context, e *Envelope), extract func(ctx context.Context, e *Envelope) context.Context) Option {
	return func(b *Bridge) { b.inject, b.extract = inject, extract }
}

// ErrorHandler sets the func that is called with each delivery that has failed, after
// the tries in this process and before the transport is told. The default, and nil, logs
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

// Timeout limits how long one send waits for the transport to store it. The default is
// 30 seconds; with 0 only the sender's ctx limits it. A send whose ctx is never done may
// wait an eighth longer.
func Timeout(limit time.Duration) PublishOption {
	return func(p *publication) { p.limits.limit = limit }
}

// KeyBy sets the key of each send. Sends of one key are received in the order in which
// they were published, and sends of different keys at the same time. By default the key
// is the sender, or empty if the signal has no sender. Publish panics if A is not what a
// send of its signal carries.
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
// of an order, for consumers to filter by. There is none by default. Publish panics if A
// is not what a send of its signal carries.
func SubjectBy[A any](subject func(args A) string) PublishOption {
	return func(p *publication) {
		p.by = append(p.by, reflect.TypeFor[A]())
		p.subject = func(args any) string {
			of, _ := args.(A) // false for an A that is an interface and nil
			return subject(of)
		}
	}
}

// DataSchema sets the attribute dataschema: a URI that says where the data are described.
// The default is a hash of their shape, if the codec is a [Schemer].
func DataSchema(uri string) PublishOption {
	return func(p *publication) { p.schema = uri }
}

// A ReceiveOption changes what [Receive] does.
type ReceiveOption func(*Subscription)

// Group sets the group on whose behalf signals are received. Each signal goes to one
// member of each group, wherever the members run. A service with three processes is one
// group of three members. [Receive] needs a group. Its name consists of letters, digits
// and . _ - /, as the stable names of signals do.
func Group(name string) ReceiveOption {
	return func(s *Subscription) { s.group = name }
}

// InFlight limits how many deliveries are in hand: those with receivers, one for each
// key at a time, and those that wait behind them. At n the transport waits. The default
// is 64. As many again may wait for their next try, so that deliveries that fail do not
// hold up the others.
func InFlight(n int) ReceiveOption {
	return func(s *Subscription) { s.inFlight = max(n, 1) }
}

// Retry sets how a delivery that fails is tried again in this process before it is
// given back to the transport: attempts times in all, after a delay of about first, which
// doubles each time up to most. Delays vary at random, down to the half. Deliveries of
// the same key wait meanwhile, so the tries should be over soon; use [Backoff] for
// patience. The default is 3, 50 milliseconds, 1 second.
//
// Every receiver of the signal is called again, including those that have not failed.
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

// Dedupe sets how long a subscription remembers what it has acknowledged: at least for
// window, at most for twice as long, and no more than the latest 262,144. An envelope that
// it remembers is acknowledged without a call of the receivers. The default is two
// minutes; 0 remembers nothing. Other processes of the group do not share the memory.
func Dedupe(window time.Duration) ReceiveOption {
	return func(s *Subscription) { s.seen.window = window }
}

// SkipOwn makes the subscription acknowledge, without a call of the receivers, what this
// bridge has published from this signal: they have heard it already. By default they
// hear it again. In a group of several processes the others do not hear it either. What
// a [Publish] sent that ended before the subscription began may be delivered.
func SkipOwn() ReceiveOption {
	return func(s *Subscription) { s.skipOwn = true }
}

// FromNow makes a group that the transport does not know yet begin with what is
// published from now on. Without it the group begins with what the transport still
// holds of the past. A group that is known goes on where it was.
func FromNow() ReceiveOption {
	return func(s *Subscription) { s.options.FromNow = true }
}

// Broadcast makes this subscription a group of its own: every process hears every
// envelope, from now on. When the subscription ends, nothing is left behind at the
// transport. A [Group] is not needed; its name begins the name of the subscription's own.
//
// A delivery that fails is retried as elsewhere. After the last try it is dropped, for
// nobody could replay it; [ErrorHandler] hears of it.
func Broadcast() ReceiveOption {
	return func(s *Subscription) { s.options.Broadcast = true }
}

// AckWait sets after how long without a sign of life the transport treats a process as
// dead and gives what it holds to another member of the group. A receiver may take
// longer, because the bridge keeps telling the transport that it runs; [Within] limits
// that. The default is the transport's. A group has one AckWait, that of the latest
// subscription.
func AckWait(d time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.AckWait = max(d, 0) }
}

// MaxDeliver sets how often the transport hands over an envelope that fails each time,
// with the tries of [Retry] each time, before it becomes a dead letter. The default is
// the transport's, which allows for half an hour or more.
func MaxDeliver(n int) ReceiveOption {
	return func(s *Subscription) { s.options.MaxDeliver = max(n, 1) }
}

// Backoff sets the pauses before the transport hands over a failed envelope again: the
// first pause after the first failure, and so on. The last one repeats until
// [MaxDeliver] is reached. The default is the transport's: seconds at first, then
// minutes.
func Backoff(pauses ...time.Duration) ReceiveOption {
	return func(s *Subscription) { s.options.Backoff = slices.Clone(pauses) }
}

// Unordered lets all deliveries go to the receivers at the same time, as many as
// [InFlight] allows, whatever their keys.
func Unordered() ReceiveOption {
	return func(s *Subscription) { s.unordered = true }
}
