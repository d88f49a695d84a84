// Package watermillbridge is a [bridge.Transport] over Watermill, and so over
// everything that Watermill has a Pub/Sub for: Kafka, AMQP, Redis streams, SQL
// databases, the brokers of the clouds.
//
//	publisher, err := kafka.NewPublisher(...)
//	transport := watermillbridge.New(publisher, func(group string) (message.Subscriber, error) {
//		return kafka.NewSubscriber(kafka.SubscriberConfig{ConsumerGroup: group, ...}, logger)
//	})
//	b := bridge.New(transport)
//
// # What depends on the broker
//
// Watermill has one interface for all of them, and each fills it in its own way:
//
//   - Groups are the broker's: subscriber has to return one that shares the
//     messages of a topic among all that have the group's name, and that keeps them
//     while none runs. Kafka's consumer groups and durable queues of AMQP do. Some
//     Pub/Subs, gochannel among them, know no groups.
//   - Whether what was published before the group's first subscription comes: with
//     Kafka that is the setting for the first offset.
//   - Order. Most subscribers hand over one message of a topic, or of a partition of
//     it, and the next when that is settled. Then order is kept, and a process
//     receives no more at the same time than it has partitions. A partitioned broker
//     keeps what is of one sender in order if it partitions by [PartitionKey].
//   - What a publish that has returned nil is worth: set the publisher so that it
//     waits for the broker's acknowledgement.
//   - How long a message may be held before it is taken for lost.
//   - How a topic may be called: see [Topic].
//
// # What this package adds
//
// Brokers do not count, in a way that Watermill would tell, how often a message has
// failed. This package counts in the process: what has failed [MaxAttempts] times in
// one process, and what is poison or no event at all, is published once more as a
// dead letter, to a topic of its own for each group ([DeadTopic]), with why in its
// metadata. [Transport.Replay] hands dead letters to their group again.
package watermillbridge
