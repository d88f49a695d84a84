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
	receivers map[*Connection]struct{} // guarded by the core's mutex
	stop      func() bool              // stops waiting
}

// endWith has a receiver disconnected when ctx is done. The caller holds mu.
func (c *core) endWith(ctx context.Context, conn *Connection) {
	var key any = ctx
	if !reflect.TypeOf(ctx).Comparable() {
		key = conn // nothing else can be told to have the same
	}
	u := c.untils[key]
	if u == nil {
		u = &until{receivers: make(map[*Connection]struct{})}
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
			delete(c.untils, key)
		}
		return true
	})
}

// end disconnects the receivers whose ctx is done.
func (c *core) end(u *until) {
	c.mu.Lock()
	receivers := slices.Collect(maps.Keys(u.receivers))
	c.mu.Unlock()
	for _, conn := range receivers {
		conn.Disconnect()
	}
}
