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

// A notifier notifies the listeners of other processes after commits. A NOTIFY in the
// transaction itself would hold a lock of PostgreSQL until the commit is on disk, so that
// all senders would commit one after another. The notifier has a goroutine while there is
// something to notify of. It executes one statement at a time, for all commits since the
// last one. If the process dies or the connection breaks before that, the notification is
// lost, and the listeners find the events by polling.
type notifier struct {
	transport *Transport

	mu      sync.Mutex          // guards what follows
	types   map[string]struct{} // to notify of
	running chan struct{}       // closed when the goroutine ends; nil if there is none
	warner  warner              // of the goroutine
}

// notifyTimeout bounds one statement. The next one does as well.
const notifyTimeout = 5 * time.Second

// notify notifies the listeners of a type, without waiting for it.
func (n *notifier) notify(typ string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.types == nil {
		n.types = make(map[string]struct{})
	}
	n.types[typ] = struct{}{}
	if n.running == nil {
		n.running = make(chan struct{})
		go n.run(n.running)
	}
}

// run notifies until there is nothing left to notify of.
func (n *notifier) run(running chan<- struct{}) {
	defer close(running)
	for types := n.take(); len(types) > 0; types = n.take() {
		n.exec(types)
	}
}

// take returns the types to notify of. Without any, the goroutine ends.
func (n *notifier) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	types := slices.Collect(maps.Keys(n.types))
	clear(n.types)
	if len(types) == 0 {
		n.running = nil
	}
	return types
}

func (n *notifier) exec(types []string) {
	ctx, cancel := context.WithTimeout(context.Background(), notifyTimeout)
	defer cancel()
	t := n.transport
	_, err := t.exec(ctx, t.db, notifyListeners, t.channel(), toJSON(types))
	n.warner.report(t.settings.logger(), "sql bridge: cannot notify other processes, which find events by polling", err)
}

// idle returns a channel that is closed when there is no goroutine.
func (n *notifier) idle() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		return n.running
	}
	idle := make(chan struct{})
	close(idle)
	return idle
}

// listen runs the listener, which wakes members, until ctx is done.
func (t *Transport) listen(ctx context.Context) {
	const shortest, longest = 100 * time.Millisecond, 10 * time.Second
	pause := shortest
	var w warner
	for ctx.Err() == nil {
		err := t.settings.listener.Listen(ctx, t.channel(), func(typ string) {
			pause = shortest
			w.reset()
			t.wake(typ)
		})
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("the listener returned")
		}
		w.report(t.settings.logger(), "sql bridge: cannot listen for notifications, and polls", err)
		sleep(ctx, pause)
		pause = min(2*pause, longest)
	}
}

// longestChannel is the longest name of a channel in PostgreSQL, in bytes.
const longestChannel = 63

// channel returns the name of the channel for notifications.
func (t *Transport) channel() string {
	n := t.settings.names
	channel := n.schema + "." + n.prefix
	if len(channel) > longestChannel {
		sum := sha256.Sum256([]byte(channel))
		channel = hex.EncodeToString(sum[:20])
	}
	return channel
}
