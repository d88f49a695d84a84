package runtime

import (
	"context"
	"reflect"
	"unsafe"
)

// A send passes on what it carries as a pointer in an any: (*Placed)(&data). Only
// generated code knows the type and looks at the value.

// unescaped returns args in a way that hides its origin from the compiler. The compiler
// knows nothing about generated code that is called through a func value. Without
// unescaped, every send would allocate what args points to.
//
// This is correct as long as nobody keeps args, which may point to the stack of the
// sender. What outlives the send, or is seen by another goroutine, is a copy. The
// compiler still treats what the copy refers to as kept, such as the array of a
// variadic argument. Pass the result of unescaped on directly: assigning it to the
// variable of args would make that escape.
//
// It is not inlined. The compiler would keep the address of args as a number, which is
// not adjusted when the stack moves.
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

// keep stands for anything that might keep what the arguments refer to. It is always
// nil.
var keep func(unsafe.Pointer)

// argsType returns the type of what a send carries.
func (k *Kind) argsType() reflect.Type { return reflect.TypeOf(k.Args).Elem() }

// newArgs returns a pointer to empty arguments.
func (k *Kind) newArgs() any { return reflect.New(k.argsType()).Interface() }

// boxed returns a copy of what args points to, for callers that know no types.
func boxed(args any) any { return reflect.ValueOf(args).Elem().Interface() }

// unboxed returns a pointer to a copy of args.
func (k *Kind) unboxed(args any) any {
	pointer := reflect.New(k.argsType())
	if args != nil {
		pointer.Elem().Set(reflect.ValueOf(args))
	}
	return pointer.Interface()
}

// copyArgs copies what from points to into what to points to.
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
