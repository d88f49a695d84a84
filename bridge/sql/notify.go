package sqlbridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// A notifier tells the listeners of other processes which types have new events. It runs
// after the commit, in a goroutine that ends when there is nothing left to tell: NOTIFY in
// a transaction takes a lock that PostgreSQL holds until the commit is on disk, so that
// all senders would commit one after another. The goroutine sends one statement at a
// time, for all commits since the last one. A notification that is lost, because the
// process or the connection dies in between, only costs time: subscriptions poll as well.
type notifier struct {
	transport *Transport

	mu      sync.Mutex          // guards what follows
	types   map[string]struct{} // not yet told
	idle    chan struct{}       // closed when the goroutine has ended; nil if none runs
	failing trouble
}

// notifyPatience bounds one notification. A later one is as good.
const notifyPatience = 5 * time.Second

// notify tells listeners of a type, soon.
func (n *notifier) notify(typ string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.types == nil {
		n.types = make(map[string]struct{})
	}
	n.types[typ] = struct{}{}
	if n.idle == nil {
		n.idle = make(chan struct{})
		go n.run(n.idle)
	}
}

// run sends notifications until there are none left.
func (n *notifier) run(idle chan<- struct{}) {
	defer close(idle)
	for types := n.take(); len(types) > 0; types = n.take() {
		n.send(types)
	}
}

// take returns the types to tell. If there are none, the goroutine is to end.
func (n *notifier) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	types := slices.Collect(maps.Keys(n.types))
	clear(n.types)
	if len(types) == 0 {
		n.idle = nil
	}
	return types
}

func (n *notifier) send(types []string) {
	ctx, cancel := context.WithTimeout(context.Background(), notifyPatience)
	defer cancel()
	t := n.transport
	_, err := t.exec(ctx, t.db, toNotify, t.channel(), text(types))
	n.failing.tell(t.settings.logger(), err, "sql bridge: not notifying other processes, which poll")
}

// wait returns a channel that is closed when nothing is left to tell.
func (n *notifier) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.idle != nil {
		return n.idle
	}
	idle := make(chan struct{})
	close(idle)
	return idle
}

// listen has the listener wake members, until ctx is done.
func (t *Transport) listen(ctx context.Context) {
	const least, most = 100 * time.Millisecond, 10 * time.Second
	pause := least
	var trouble trouble
	for ctx.Err() == nil {
		err := t.settings.listener.Listen(ctx, t.channel(), func(typ string) {
			pause = least
			trouble.tell(nil, nil, "")
			t.wake(typ)
		})
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("the listener has ended")
		}
		trouble.tell(t.settings.logger(), err, "sql bridge: not listening, and polling only")
		sleep(ctx, pause)
		pause = min(2*pause, most)
	}
}

// channel is what notifications go to.
func (t *Transport) channel() string {
	n := t.settings.names
	channel := n.schema + "." + n.prefix
	if len(channel) > longestChannel {
		sum := sha256.Sum256([]byte(channel))
		channel = hex.EncodeToString(sum[:20])
	}
	return channel
}

// longestChannel is the longest name that PostgreSQL has for a channel.
const longestChannel = 63
