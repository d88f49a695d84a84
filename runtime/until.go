package runtime

import (
	"context"
	"maps"
	"reflect"
	"slices"
)

// An until holds the receivers of a signal that end with the same ctx. They share one
// context.AfterFunc, which may need a goroutine if the ctx is of a user's type.
type until struct {
	key       any                      // in the core's map
	receivers map[*Connection]struct{} // guarded by the core's mutex
	stop      func() bool              // stops waiting for the ctx
}

// endWith arranges that a receiver is disconnected when ctx is done. The caller holds
// mu.
func (c *core) endWith(ctx context.Context, conn *Connection) {
	var key any = ctx
	if !reflect.ValueOf(ctx).Comparable() {
		key = conn // a ctx that cannot be compared is not shared
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
	conn.extra.onDisconnect = append(conn.extra.onDisconnect, func() bool {
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
	c.forgetUntil(u) // a receiver added to it from now on would never be disconnected
	receivers := slices.Collect(maps.Keys(u.receivers))
	c.mu.Unlock()
	for _, conn := range receivers {
		conn.Disconnect()
	}
}

// forgetUntil removes an until, so that further receivers with the same ctx start a new
// one. The caller holds mu.
func (c *core) forgetUntil(u *until) {
	if c.untils[u.key] == u {
		delete(c.untils, u.key)
	}
}
