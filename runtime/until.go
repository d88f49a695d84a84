package runtime

import (
	"context"
	"maps"
	"reflect"
	"slices"
)

// An until is the receivers of a signal that end with one ctx. They share what waits
// for it, for package context starts a goroutine to wait for a ctx of a type that it
// does not know.
type until struct {
	key       any                      // in the core's map
	receivers map[*Connection]struct{} // guarded by the core's mutex
	stop      func() bool              // stops waiting
}

// endWith has a receiver disconnected when ctx is done. The caller holds mu.
func (c *core) endWith(ctx context.Context, conn *Connection) {
	var key any = ctx
	if !reflect.ValueOf(ctx).Comparable() {
		key = conn // nothing else can be told to have the same
	}
	u := c.untils[key]
	if u == nil {
		u = &until{key: key, receivers: make(map[*Connection]struct{})}
		u.stop = context.AfterFunc(ctx, func() { c.end(u) })
		if c.untils == nil {
			c.untils = make(map[any]*until)
		}
		c.untils[key] = u
	}
	u.receivers[conn] = struct{}{}
	conn.extra.untie = append(conn.extra.untie, func() bool {
		delete(u.receivers, conn)
		if len(u.receivers) == 0 {
			u.stop()
			c.forgetUntil(u)
		}
		return true
	})
}

// end disconnects the receivers whose ctx is done.
func (c *core) end(u *until) {
	c.mu.Lock()
	c.forgetUntil(u) // nothing would end what came to it from now on
	receivers := slices.Collect(maps.Keys(u.receivers))
	c.mu.Unlock()
	for _, conn := range receivers {
		conn.Disconnect()
	}
}

// forgetUntil has further receivers of the same ctx wait by themselves. The caller
// holds mu.
func (c *core) forgetUntil(u *until) {
	if c.untils[u.key] == u {
		delete(c.untils, u.key)
	}
}
