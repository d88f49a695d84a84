package runtime

import (
	"fmt"
	"runtime"
	"unsafe"
	"weak"
)

// pointee stands for what a pointer points to, whatever its type. Nobody reads it: a
// weak pointer and a cleanup only use the address.
type pointee byte

// pointerIn returns the pointer that v holds.
func pointerIn(v any) *pointee {
	type words struct{ typ, data unsafe.Pointer } // of an any, whose data is the pointer itself
	return (*pointee)((*words)(unsafe.Pointer(&v)).data)
}

// connectWeak connects a receiver that calls a method on its owner while that exists.
// It is disconnected when the owner is collected.
func (c *core) connectWeak(k *Kind, owner, method any, receiver Receiver, opts []ConnectOption) *Connection {
	pointer := pointerIn(owner)
	if pointer == nil || entryOf(method) == 0 {
		panic(fmt.Sprintf("signalgen: a nil owner or method was connected to %s", k.Name))
	}
	held := weak.Make(pointer)
	conn := k.newConnection((*Signal)(c), receiver, opts)
	conn.receives = declarationOf(entryOf(method))
	conn.more().responds = k.Responds
	conn.extra.owner = func() any {
		if owner := held.Value(); owner != nil {
			return owner
		}
		return nil
	}
	return c.connect(conn, prepared{attach: func(conn *Connection) func() bool {
		// The owner may refer to the signal, and its own cleanup must not keep it
		// alive.
		cleanup := runtime.AddCleanup(pointer, disconnectWeak, weak.Make(conn))
		return func() bool { cleanup.Stop(); return true }
	}})
}

func disconnectWeak(conn weak.Pointer[Connection]) {
	if conn := conn.Value(); conn != nil {
		conn.Disconnect()
	}
}
