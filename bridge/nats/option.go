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

// settings has the zero value for what no option has set: a consumer that exists
// keeps what it has there.
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
	broadcast     bool // of one subscription
	conn          []nats.Option
	limits        jetstream.StreamConfig // its fields that options set
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

// with returns the settings of a subscription that has options.
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

// deadPrefix is what the subjects of dead letters begin with. They are not under the
// prefix, for two streams cannot hold the same subject.
func (s *settings) deadPrefix() string { return s.prefix + "-dead" }

// retryPrefix is what the subjects begin with of what has failed and comes once more.
// They are not under the prefix, so that only receivers need a right to publish there.
func (s *settings) retryPrefix() string { return s.prefix + "-retry" }

func (s *settings) logger() *slog.Logger {
	if s.log == nil {
		return slog.Default()
	}
	return s.log
}

// Stream names the stream that holds the envelopes. The default is SIGNALS.
func Stream(name string) Option { return func(s *settings) { s.stream = name } }

// DeadStream names the stream that holds the dead letters. The default is the
// stream's name with _DEAD behind it.
func DeadStream(name string) Option { return func(s *settings) { s.dead = name } }

// Prefix is what subjects begin with: those of signals with the prefix and a dot, those
// of retries and dead letters with -retry and -dead between the two. The default is
// signals. Prefixes, with other names for the streams, keep apart what shares an account
// of a server.
func Prefix(prefix string) Option { return func(s *settings) { s.prefix = prefix } }

// ConnOptions are further options of the connection that [Connect] makes, such as
// nats.UserCredentials, nats.Nkey, nats.RootCAs or nats.ClientCert. They take precedence over
// Connect's own: with a handler of yours the [Logger] hears nothing of what it handles.
func ConnOptions(opts ...nats.Option) Option {
	return func(s *settings) { s.conn = append(s.conn, opts...) }
}

// Memory has the streams kept in the server's memory, if they are made by this
// transport: faster, and gone when the server stops.
func Memory() Option { return func(s *settings) { s.memory = true } }

// MaxAge says how long the stream keeps an envelope, if it is made by this
// transport; 0 is for ever. The default, 7 days, is for a group that is away over
// a long weekend, without a disk that fills for ever: what a group has not taken
// by then it does not get. Dead letters have no age.
func MaxAge(d time.Duration) Option { return func(s *settings) { s.maxAge = d } }

// MaxBytes bounds how much the stream of signals keeps, if it is made by this transport.
// When it is full the oldest envelopes go, whether they were heard or not. The default,
// 0 and less is no limit but the server's.
func MaxBytes(n int64) Option { return func(s *settings) { s.limits.MaxBytes = max(0, n) } }

// DiscardNew has a stream that is full, by [MaxBytes] say, refuse what is new in place of
// dropping what is oldest, if it is made by this transport: senders wait until there is
// room, and nothing is lost unheard. What has failed and waits to be handed over again
// counts against [MaxAckPending] in such a stream.
func DiscardNew() Option {
	return func(s *settings) { s.limits.Discard = jetstream.DiscardNew }
}

// Interest has the stream drop an envelope once every group has taken it, if the stream
// is made by this transport. A group that is new begins with what is published from then
// on, and what is published while there is no group at all is gone. What has failed and
// waits to be handed over again counts against [MaxAckPending] in such a stream.
func Interest() Option {
	return func(s *settings) { s.limits.Retention = jetstream.InterestPolicy }
}

// Compress has the streams compressed on disk (S2), if they are made by this transport.
func Compress() Option {
	return func(s *settings) { s.limits.Compression = jetstream.S2Compression }
}

// DedupeWindow says for how long the stream knows the ids of what it has stored,
// if it is made by this transport: an envelope that is published again within it,
// since the acknowledgement was lost on the way, is not stored again. The default
// is NATS' own, 2 minutes, as it is for 0: longer than a server takes to restart, and
// the ids of 2,000 envelopes a second take some 25 MB of the server's memory in it.
func DedupeWindow(d time.Duration) Option { return func(s *settings) { s.dedupe = d } }

// Replicas says on how many servers of a cluster the streams are kept, if they are
// made by this transport. The default is 1; with 3 an acknowledged envelope
// survives the loss of a server.
func Replicas(n int) Option { return func(s *settings) { s.replicas = n } }

// AckWait says after how long without a sign of life the server gives an envelope
// to another member of the group. Since a connection that breaks is no sign to
// the server, the envelopes of a process that has died wait as long. The
// members say three times in it that they are alive, however long a receiver
// takes. The default is 6 s. A group that exists keeps what it has unless this
// option says otherwise, which 0 and less do not. bridge.AckWait is for one
// subscription.
func AckWait(d time.Duration) Option { return func(s *settings) { s.ackWait = max(0, d) } }

// MaxAckPending bounds how many envelopes the members of a group may hold
// together. The default is 1000, which is NATS' own: a server that has more than 1,024 to
// look after puts off handing over again as long as acknowledgements come in. A group
// that exists keeps what it has unless this option says otherwise, which 0 and less
// do not.
func MaxAckPending(n int) Option { return func(s *settings) { s.maxAckPending = max(0, n) } }

// MaxDeliver says how many times an envelope is handed over that fails each time,
// before it becomes a dead letter. The default is 10, which with the pauses of [Backoff]
// and the retries that the bridge makes in the process is three quarters of an hour. An
// envelope that is never settled, since its receiver takes the process down, say,
// has four times as many: the others in the hands of that process are handed over
// as often, and are not to blame; see Dead letters in the package's comment. Less
// than 1 is 1: what fails once is a dead letter. bridge.MaxDeliver is for one
// subscription.
func MaxDeliver(n int) Option { return func(s *settings) { s.maxDeliver = max(1, n) } }

// Backoff says how long an envelope that has failed waits before it is handed over
// again: the first pause after the first failure, and so on; the last one repeats until
// [MaxDeliver] is reached. The server may take a quarter of a second more, and so may
// clocks that differ. The default, and no pauses, is 1 s, 5 s, 30 s, 2 min, 5 min,
// 10 min. bridge.Backoff is for one subscription.
func Backoff(pauses ...time.Duration) Option {
	return func(s *settings) {
		if s.backoff = slices.Clone(pauses); len(pauses) == 0 {
			s.backoff = bridge.DefaultBackoff()
		}
	}
}

// Prefetch bounds how many envelopes a subscription holds that are not settled.
// The default is 128: twice what a bridge works on at a time, so that the way to the
// server costs no throughput, and few enough that another member finds work and that
// a crash has little to hand over again. Less than 1 is 1.
func Prefetch(n int) Option { return func(s *settings) { s.prefetch = max(1, n) } }

// Ordered makes the server give everything that a group is to hear of a signal to one of
// its members, as long as that lives, so that what has one key stays in order. The
// others stand by. When the member gives no sign of life for one and a half times the
// ack wait, another one takes its place. It first hears what the dead one held, and goes on
// when nobody else holds anything; for that it waits up to twice the ack wait, as does a
// member whose connection was lost. What has failed in all the retries of the bridge still
// comes later than what was published after it.
//
// The servers must be 2.11 or later. All members of a group must have the option. It
// changes a group that exists.
func Ordered() Option { return func(s *settings) { s.ordered = true } }

// FromNow has a group that is not known to the server yet begin with what is
// published from now on. Without it, it begins with the oldest envelope that the
// stream still has, for it does not matter which program is started first: a group that
// is added to a running system first hears what was sent within MaxAge, 7 days. A
// group that is known goes on where it was, with this option too. bridge.FromNow is for
// one subscription.
func FromNow() Option { return func(s *settings) { s.fromNow = true } }

// Logger is told of dead letters, of what keeps a subscription from working, and of
// what becomes of a connection that [Connect] has made.
// The default is slog.Default().
func Logger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }
