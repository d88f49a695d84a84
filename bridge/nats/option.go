package natsbridge

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// An Option changes a default of a [Transport].
type Option func(*settings)

// settings are what the options set. ackWait and maxAckPending are zero unless an option
// sets them, for a consumer that exists keeps its own.
type settings struct {
	stream, dead  string
	prefix        string
	memory        bool
	maxAge        time.Duration
	dedupe        time.Duration
	replicas      int
	ackWait       time.Duration
	maxAckPending int
	maxDeliver    int
	backoff       []time.Duration
	prefetch      int
	fromNow       bool
	ordered       bool
	broadcast     bool // of a subscription
	conn          []nats.Option
	limits        jetstream.StreamConfig // has the fields that options set
	log           *slog.Logger
}

func settingsOf(opts []Option) settings {
	s := settings{
		maxAge:     7 * 24 * time.Hour,
		dedupe:     2 * time.Minute,
		replicas:   1,
		maxDeliver: bridge.DefaultMaxDeliver,
		backoff:    bridge.DefaultBackoff(),
		prefetch:   128,
	}
	for _, o := range opts {
		o(&s)
	}
	s.stream = cmp.Or(s.stream, "SIGNALS")
	s.dead = cmp.Or(s.dead, s.stream+"_DEAD")
	s.prefix = cmp.Or(s.prefix, "signals")
	return s
}

// with returns the settings of a subscription with options.
func (s *settings) with(o bridge.SubscribeOptions) settings {
	own := *s
	own.fromNow = s.fromNow || o.FromNow
	own.broadcast = o.Broadcast
	own.ackWait = cmp.Or(max(0, o.AckWait), s.ackWait)
	own.maxDeliver = cmp.Or(max(0, o.MaxDeliver), s.maxDeliver)
	if len(o.Backoff) > 0 {
		own.backoff = o.Backoff
	}
	return own
}

// deadPrefix is the prefix of the subjects of dead letters. They are not under the prefix of
// signals, because two streams cannot have the same subject.
func (s *settings) deadPrefix() string { return s.prefix + "-dead" }

// retryPrefix is the prefix of the subjects of retries. They are not under the prefix of
// signals, so that only receivers need permission to publish there.
func (s *settings) retryPrefix() string { return s.prefix + "-retry" }

func (s *settings) logger() *slog.Logger {
	if s.log == nil {
		return slog.Default()
	}
	return s.log
}

// Stream names the stream of the envelopes. The default is SIGNALS.
func Stream(name string) Option { return func(s *settings) { s.stream = name } }

// DeadStream names the stream of the dead letters. The default is the name of the stream
// followed by _DEAD.
func DeadStream(name string) Option { return func(s *settings) { s.dead = name } }

// Prefix sets the first token of the subjects of signals; those of retries and dead letters
// begin with the prefix followed by -retry and -dead. The default is signals. Different
// prefixes, with different names for the streams, separate programs that share an account
// of a server.
func Prefix(prefix string) Option { return func(s *settings) { s.prefix = prefix } }

// ConnOptions are options for the connection that [Connect] makes, such as
// nats.UserCredentials, nats.Nkey, nats.RootCAs or nats.ClientCert. They take precedence
// over Connect's own: if you set a handler, the [Logger] is not told what it handles.
func ConnOptions(opts ...nats.Option) Option {
	return func(s *settings) { s.conn = append(s.conn, opts...) }
}

// Memory keeps the streams in the server's memory if this transport creates them: they are
// faster, and lost when the server stops.
func Memory() Option { return func(s *settings) { s.memory = true } }

// MaxAge sets how long the stream keeps an envelope, if this transport creates the stream;
// 0 is no limit. The default of 7 days is long enough for a group that is down over a long
// weekend, and bounds the use of the disk: what a group has not received by then it never
// receives. Dead letters do not expire.
func MaxAge(d time.Duration) Option { return func(s *settings) { s.maxAge = d } }

// MaxBytes bounds the size of the stream of signals, if this transport creates it. When it
// is full, the oldest envelopes are dropped, whether they have been received or not. The
// default, 0, is no limit but the server's, and so is a negative size.
func MaxBytes(n int64) Option { return func(s *settings) { s.limits.MaxBytes = max(0, n) } }

// DiscardNew makes a full stream, see [MaxBytes], refuse new messages instead of dropping
// the oldest, if this transport creates it: senders wait until there is room, and nothing
// is lost. In such a stream, envelopes that have failed and wait for their redelivery count
// against [MaxAckPending].
func DiscardNew() Option {
	return func(s *settings) { s.limits.Discard = jetstream.DiscardNew }
}

// Interest makes the stream drop an envelope once every group has settled it, if this
// transport creates the stream. A new group begins with what is published from then on,
// and what is published while there is no group is lost. In such a stream, envelopes that
// have failed and wait for their redelivery count against [MaxAckPending].
func Interest() Option {
	return func(s *settings) { s.limits.Retention = jetstream.InterestPolicy }
}

// Compress compresses the streams on disk (S2), if this transport creates them.
func Compress() Option {
	return func(s *settings) { s.limits.Compression = jetstream.S2Compression }
}

// DedupeWindow sets for how long the stream remembers the ids of its messages, if this
// transport creates it: an envelope that is published again within it, because the
// acknowledgement was lost, is not stored again. The default, also for 0, is that of NATS,
// 2 minutes: longer than a server takes to restart. At 2,000 envelopes a second the ids
// take some 25 MB of the server's memory.
func DedupeWindow(d time.Duration) Option { return func(s *settings) { s.dedupe = d } }

// Replicas sets the number of servers of a cluster that keep the streams, if this transport
// creates them. The default is 1; with 3, acknowledged envelopes survive the loss of a
// server.
func Replicas(n int) Option { return func(s *settings) { s.replicas = n } }

// AckWait sets how long the server waits for an acknowledgement or a sign of progress
// before it redelivers an envelope to another member of the group. The server does not
// notice that a connection is lost, so this is also how long the envelopes of a process
// that has died wait. Members report progress three times per ack wait, however long a
// receiver takes. The default is 6 s. A group that exists keeps its ack wait unless this
// option sets another; 0 and less do not. bridge.AckWait is for one subscription.
func AckWait(d time.Duration) Option { return func(s *settings) { s.ackWait = max(0, d) } }

// MaxAckPending bounds how many envelopes the members of a group may hold together. The
// default is that of NATS, 1000: a server with more than 1,024 pending delays redeliveries
// as long as acknowledgements arrive. A group that exists keeps its limit unless this
// option sets another; 0 and less do not.
func MaxAckPending(n int) Option { return func(s *settings) { s.maxAckPending = max(0, n) } }

// MaxDeliver sets how many times an envelope that fails is delivered before it becomes a
// dead letter. The default is 10, which with the pauses of [Backoff] takes three quarters
// of an hour. An envelope that is never settled, because its receiver crashes the process,
// for example, is delivered four times as often: the other envelopes that the process held
// are delivered as often and are not to blame; see Dead letters in the package
// documentation. Less than 1 is 1: an envelope that fails once is a dead letter.
// bridge.MaxDeliver is for one subscription.
func MaxDeliver(n int) Option { return func(s *settings) { s.maxDeliver = max(1, n) } }

// Backoff sets how long an envelope that has failed waits before it is redelivered: the
// first pause follows the first failure, and so on; the last pause repeats until
// [MaxDeliver] is reached. The server may add a quarter of a second, and clocks may differ.
// The default, also without pauses, is 1 s, 5 s, 30 s, 2 min, 5 min, 10 min. bridge.Backoff
// is for one subscription.
func Backoff(pauses ...time.Duration) Option {
	return func(s *settings) {
		if s.backoff = slices.Clone(pauses); len(pauses) == 0 {
			s.backoff = bridge.DefaultBackoff()
		}
	}
}

// Prefetch bounds how many envelopes a subscription holds that are not settled. The default
// is 128: twice what a bridge handles at a time, so that the round trip to the server costs
// no throughput, and few enough that other members get their share and a crash causes few
// redeliveries. Less than 1 is 1.
func Prefetch(n int) Option { return func(s *settings) { s.prefetch = max(1, n) } }

// Ordered makes the server deliver everything that a group receives of a signal to one of
// its members, as long as that lives, so that envelopes of one key stay in order. The
// other members stand by. When the member has been silent for one and a half times the ack
// wait, another one takes over. That one first receives what the other one held, and goes
// on once no other member holds anything. It waits for that at most twice the ack wait, as
// does a member that has reconnected. An envelope that has failed all retries inside the
// process still comes after those published later.
//
// The servers must be 2.11 or later. All members of a group must have the option. It
// changes a group that exists.
func Ordered() Option { return func(s *settings) { s.ordered = true } }

// FromNow makes a new group begin with what is published from now on. Without it, a new
// group begins with the oldest envelope of the stream, so that it does not matter which
// program starts first: a group that is added to a running system first receives what was
// sent within MaxAge, 7 days. A group that exists continues where it was, also with this
// option. bridge.FromNow is for one subscription.
func FromNow() Option { return func(s *settings) { s.fromNow = true } }

// Logger sets where dead letters, failures of subscriptions, and the state of a connection
// that [Connect] has made are logged. The default is slog.Default().
func Logger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }
