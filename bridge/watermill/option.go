package watermillbridge

import (
	"log/slog"
	"slices"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// An Option configures a [Transport].
type Option func(*Transport)

// Topic sets the topic of each signal, by its stable name. Publishers and receivers must
// use the same. Two signals with one topic are an error when the second one is published
// or subscribed to. The default keeps ASCII letters and digits, dots and hyphens, and
// writes __ for a slash, _u for an underscore and _x with two hexadecimal digits for any
// other byte, so that different names have different topics:
//
//	example.com/shop/order.Placed    example.com__shop__order.Placed
//
// [TopicLimit] shortens names that are too long for the broker.
func Topic(name func(typ string) string) Option {
	return func(t *Transport) { t.topic = name }
}

// DeadTopic sets the topic of the dead letters of a group. The default is the topic, _dead_
// and the group, escaped as [Topic] does. It is an error if two groups or signals have one
// topic.
func DeadTopic(name func(topic, group string) string) Option {
	return func(t *Transport) { t.deadTopic = name }
}

// TopicLimit limits the length of a topic's name, in bytes; 0 means no limit. The beginning
// of a longer name is replaced by a hash of the whole name. Otherwise a database would cut
// the names of its tables, and signals with long names would share one. All programs must
// use the same limit.
//
// The default is 45, for PostgreSQL: its names have at most 63 bytes, and Watermill adds
// up to 18. Kafka allows 249. A limit below 18 leaves only a part of the hash.
func TopicLimit(bytes int) Option {
	return func(t *Transport) { t.topicLimit = max(bytes, 0) }
}

// MaxDeliver sets the number of failed deliveries in one process after which a message
// becomes a dead letter. The default is 10. [bridge.MaxDeliver] changes it for one
// subscription.
func MaxDeliver(n int) Option {
	return func(t *Transport) { t.maxDeliver = max(n, 1) }
}

// Backoff sets the pauses before a failed message is delivered again in this process: the
// first pause after the first failure, and so on; the last one repeats. The default is 1s,
// 5s, 30s, 2m, 5m, 10m. [bridge.Backoff] changes it for one subscription.
//
// Most brokers deliver nothing else of the topic, or of the partition, meanwhile.
func Backoff(pauses ...time.Duration) Option {
	return func(t *Transport) { t.backoff = slices.Clone(pauses) }
}

// ErrorHandler sets the func that is called with errors that no caller gets: each failed
// attempt to subscribe or to publish a dead letter, and the end of a subscription by the
// broker. It may be called by several goroutines at the same time. The default logs the
// error with slog.Default at level Error.
func ErrorHandler(report func(err error)) Option {
	return func(t *Transport) { t.report = report }
}

// PartitionKey returns the key of a message's envelope. Messages with one key must stay in
// order, so the publisher of a partitioned broker should partition by it.
func PartitionKey(m *message.Message) string { return m.Metadata.Get("ce-partitionkey") }

func logError(err error) { slog.Default().Error("watermill bridge", "error", err) }
