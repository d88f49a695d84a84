package runtime

import (
	"fmt"
	"runtime"
	"unsafe"
	"weak"
)

// pointee stands for the target of a pointer of any type. It is never read: weak
// pointers and cleanups only need the address.
type pointee byte

// pointerIn returns the pointer that v holds.
func pointerIn(v any) *pointee {
	type words struct{ typ, data unsafe.Pointer } // of an any, whose data is the pointer itself
	return (*pointee)((*words)(unsafe.Pointer(&v)).data)
}

// connectWeak connects a receiver that calls a method on its owner. It is disconnected
// when the owner is collected.
func (c *core) connectWeak(k *Kind, owner, method any, receiver Receiver, opts []ConnectOption) *Connection {
	pointer := pointerIn(owner)
	if pointer == nil || entryOf(method) == 0 {
		panic(fmt.Sprintf("signalgen: a nil owner or method was connected to %s", k.Name))
	}
	held := weak.Make(pointer)
	conn := k.newConnection((*Signal)(c), receiver, opts)
	conn.receives = declarationOf(entryOf(method))
	conn.ensureExtra().responds = k.Responds
	conn.extra.owner = func() any {
		if owner := held.Value(); owner != nil {
			return owner
		}
		return nil
	}
	return c.connect(conn, connectArgs{attach: func(conn *Connection) func() bool {
		// The cleanup holds the connection weakly: it may refer to the owner through
		// the signal, and would then keep the owner alive.
		cleanup := runtime.AddCleanup(pointer, disconnectWeak, weak.Make(conn))
		return func() bool { cleanup.Stop(); return true }
	}})
}

func disconnectWeak(conn weak.Pointer[Connection]) {
	if conn := conn.Value(); conn != nil {
		conn.Disconnect()
	}
}
