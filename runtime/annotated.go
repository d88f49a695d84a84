package runtime

import "reflect"

// annotated is the func, or the method of a value, that a directive has made a
// receiver. The zero value is none.
type annotated struct {
	pc uintptr // where its code begins
	of uintptr // the pointer whose method it is, which the connected receiver keeps; 0 for a func
}

// Annotated says that a receiver is, or stands for, the func fn, whose name and place
// errors and lists then show. As long as fn is connected to the signal, for the same
// sender, another Connect with it changes nothing and returns the first one's
// [Connection].
//
// For a method, fn is the method expression and of is the value:
//
//	order.ConnectChecking(limits.Check, runtime.Annotated((*Limits).Check, limits))
//
// The same method of the same pointer is connected once. A value that is no pointer
// has no identity, and each Connect of its method is a new one.
//
// Generated code uses Annotated for receivers that a directive declares.
func Annotated(fn any, of ...any) ConnectOption {
	return func(c *Connection) {
		c.receives = declarationOf(entryOf(fn))
		switch {
		case len(of) == 0:
			c.more().annotated = annotated{pc: c.receives.pc}
		case reflect.TypeOf(of[0]).Kind() == reflect.Pointer:
			c.more().annotated = annotated{c.receives.pc, reflect.ValueOf(of[0]).Pointer()}
		}
	}
}
