package watermillbridge

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"
)

// DeadReason is the metadata of a dead letter that says why it is one. All else is
// as in the message that it was.
const DeadReason = "signalgen-dead-reason"

// replayedFor is the metadata of a message that is for one group only.
const replayedFor = "signalgen-replayed-for"

// replayGroup is put behind a group's name for the group that reads its dead
// letters.
const replayGroup = ".replay"

// Replay publishes the dead letters of a group once more, for that group alone, and
// takes them from their topic. It goes on with those that come meanwhile, until ctx
// is done, and returns how many there were. The error is nil if all of these were
// published. It reads them as the group with .replay behind its name.
func (t *Transport) Replay(ctx context.Context, typ, group string) (n int, err error) {
	subscriber, err := t.of(group + replayGroup)
	if err != nil {
		return 0, err
	}
	topic := t.topic(typ)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	letters, err := subscriber.Subscribe(ctx, t.deadTopic(topic, group))
	if err != nil {
		return 0, fmt.Errorf("watermill bridge: replay %s for group %s: %w", topic, group, err)
	}
	for letter := range letters {
		if err != nil || ctx.Err() != nil {
			letter.Nack()
			continue
		}
		if err = t.publish(context.WithoutCancel(ctx), topic, revived(letter, group)); err != nil {
			letter.Nack()
			cancel()
			continue
		}
		letter.Ack()
		n++
	}
	if err != nil {
		return n, fmt.Errorf("watermill bridge: replay %s for group %s: %w", topic, group, err)
	}
	return n, nil
}

// revived returns the message that a dead letter was.
func revived(letter *message.Message, group string) *message.Message {
	m := letter.Copy()
	delete(m.Metadata, DeadReason)
	m.Metadata.Set(replayedFor, group)
	return m
}
