package runtime

import "reflect"

// annotated identifies a func, or the method of a value, with a receiver directive. The
// zero value identifies nothing.
type annotated struct {
	pc uintptr // where its code begins
	of uintptr // the pointer whose method it is; the connected receiver keeps it alive; 0 for a func
}

// Annotated says that the receiver is the func fn, or an adapter that calls it. Errors
// and lists then show the name and position of fn. While fn is connected to the signal
// for the same sender, another Connect of fn changes nothing and returns the first
// [Connection].
//
// For a method, fn is the method expression, and of is the value:
//
//	order.ConnectChecking(limits.Check, runtime.Annotated((*Limits).Check, limits))
//
// A value that is not a pointer has no identity: each Connect of its method makes a new
// connection.
//
// Generated code uses Annotated for receivers that a directive declares.
func Annotated(fn any, of ...any) ConnectOption {
	return func(c *Connection) {
		c.receives = declarationOf(entryOf(fn))
		switch {
		case len(of) == 0:
			c.ensureExtra().annotated = annotated{pc: c.receives.pc}
		case reflect.TypeOf(of[0]).Kind() == reflect.Pointer:
			c.ensureExtra().annotated = annotated{c.receives.pc, reflect.ValueOf(of[0]).Pointer()}
		}
	}
}
