package watermillbridge

import (
	"log/slog"
	"slices"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// An Option changes a [Transport].
type Option func(*Transport)

// Topic has name say on which topic the signals of a stable name are. Both ends have
// to agree. Two signals must not have one topic: to publish or to subscribe to the
// second one is an error. The default keeps letters and digits of ASCII, dots and
// hyphens, and writes __ for a slash, _u for an underscore and _x with two hexadecimal
// digits for each byte of anything else, so that two names never meet:
//
//	example.com/shop/order.Placed    example.com__shop__order.Placed
//
// [TopicLimit] shortens what is too long for the broker.
func Topic(name func(typ string) string) Option {
	return func(t *Transport) { t.topic = name }
}

// DeadTopic has name say on which topic the dead letters of a topic and a group are.
// The default is the topic, _dead_ and the group, which is written as [Topic] writes
// names. Each group of each signal needs a topic of its own, or it is an error.
func DeadTopic(name func(topic, group string) string) Option {
	return func(t *Transport) { t.deadTopic = name }
}

// TopicLimit says how long a topic's name may be, in bytes; 0 is for any length. A
// longer name keeps its end, and has a hash of the whole name in front of that. Without
// this, a database cuts the names of tables, and signals that have long names share one.
// All programs have to agree on the limit.
//
// The default is 45, which suits PostgreSQL: its names have 63 bytes, and Watermill puts
// up to 18 in front. Kafka takes 249. A limit below 18 leaves only a part of the hash.
func TopicLimit(bytes int) Option {
	return func(t *Transport) { t.topicLimit = max(bytes, 0) }
}

// MaxDeliver says how often one process hands over a message that fails each time,
// before it becomes a dead letter. The default is 10. The option of the same name in
// package bridge changes it for one subscription.
func MaxDeliver(n int) Option {
	return func(t *Transport) { t.maxDeliver = max(n, 1) }
}

// Backoff says how long a message that has failed waits in this process before it is
// handed over again: the first pause after the first failure, and so on; the last one
// repeats. The default is 1s, 5s, 30s, 2m, 5m, 10m. The option of the same name in package
// bridge changes it for one subscription.
//
// Most brokers hand over nothing else of the topic, or of the partition, meanwhile.
func Backoff(pauses ...time.Duration) Option {
	return func(t *Transport) { t.backoff = slices.Clone(pauses) }
}

// ErrorHandler has report called with what nobody else can be told: that the broker
// takes no subscription or no dead letter, each time that it is asked in vain, and that
// it has ended a subscription. It may be called from several goroutines. The default
// logs it with slog.Default at level Error.
func ErrorHandler(report func(err error)) Option {
	return func(t *Transport) { t.report = report }
}

// PartitionKey returns the key of a message's envelope, which is its sender if the
// signal has senders: what has one key must stay in order. It is for the publisher
// of a broker that has partitions.
func PartitionKey(m *message.Message) string { return m.Metadata.Get("ce-partitionkey") }

func logError(err error) { slog.Default().Error("watermill bridge", "error", err) }
