package runtime

import (
	"context"
	"reflect"
	"unsafe"
)

// What a send carries is passed on as a pointer to it, in an any: (*Placed)(&data).
// Only generated code knows the type, and looks at it.

// unescaped returns args in a way that hides from the compiler where it comes from.
// Passed to a func that the compiler does not know, as generated code is, args would
// have every send allocate what it points to.
//
// It is right as long as nobody keeps args: it may point to the stack of the sender.
// What outlives the send, or is seen by another goroutine, is a copy. What that copy
// refers to, such as the array of a variadic argument, the compiler takes for kept. What
// unescaped returns is passed on as it is: assigned to the variable of args it would
// have that escape.
//
// It is not inlined: the compiler would keep the address of args as a number, which
// is not adjusted when the stack moves.
//
//go:noinline
func unescaped(args any) any {
	type words struct{ typ, data uintptr } // of an any
	if keep != nil {
		keep(*(*unsafe.Pointer)(unsafe.Pointer(pointerIn(args))))
	}
	from := (*words)(unsafe.Pointer(&args))
	to := words{from.typ, from.data}
	return *(*any)(unsafe.Pointer(&to))
}

// keep stands for whatever may keep what arguments refer to. It is always nil.
var keep func(unsafe.Pointer)

// argsType returns the type of what a send carries.
func (k *Kind) argsType() reflect.Type { return reflect.TypeOf(k.Args).Elem() }

// newArgs returns a pointer to empty arguments.
func (k *Kind) newArgs() any { return reflect.New(k.argsType()).Interface() }

// boxed returns a copy of what args points to, for those who know no types.
func boxed(args any) any { return reflect.ValueOf(args).Elem().Interface() }

// unboxed returns a pointer to a copy of args.
func (k *Kind) unboxed(args any) any {
	pointer := reflect.New(k.argsType())
	if args != nil {
		pointer.Elem().Set(reflect.ValueOf(args))
	}
	return pointer.Interface()
}

// copyArgs copies what one pointer points to, to where another does.
func (k *Kind) copyArgs(to, from any) { _ = k.Call(context.Background(), nil, from, to) }

// ArgsType returns the type of what a send of s carries: the payload, or the struct XArgs.
// It returns nil if s is not a generated signal.
func ArgsType(s AnySignal) reflect.Type {
	c := coreOf(s)
	if c == nil {
		return nil
	}
	k := c.known()
	return k.argsType()
}
