package runtime

import (
	"context"
	"reflect"
	"unsafe"
)

// Inside this package, the arguments of a send are a pointer in an any, such as
// (*Placed)(&data). Only generated code knows the type and reads the value.

// noescape hides args from escape analysis. The generated code that reads args is
// called through a func value, so the compiler must assume that it keeps them. Without
// noescape, every send would allocate what args points to.
//
// This is correct as long as nobody keeps args, which may point to the stack of the
// sender. Whatever outlives the send, or is read by another goroutine, is a copy. What
// the arguments refer to, such as the array of a variadic argument, still escapes: see
// keep. Pass the result of noescape on directly: assigning it to the variable that
// holds args would make args escape.
//
// It is not inlined. Otherwise the compiler would keep the address of args as an integer,
// which is not adjusted when the stack moves.
//
//go:noinline
func noescape(args any) any {
	type words struct{ typ, data uintptr } // of an any
	if keep != nil {
		keep(*(*unsafe.Pointer)(unsafe.Pointer(pointerIn(args))))
	}
	from := (*words)(unsafe.Pointer(&args))
	to := words{from.typ, from.data}
	return *(*any)(unsafe.Pointer(&to))
}

// keep is always nil. To the compiler, it is a func that may keep what the arguments
// refer to.
var keep func(unsafe.Pointer)

// argsType returns the type of what a send carries.
func (k *Kind) argsType() reflect.Type { return reflect.TypeOf(k.Args).Elem() }

// newArgs returns a pointer to zero arguments.
func (k *Kind) newArgs() any { return reflect.New(k.argsType()).Interface() }

// boxed returns a copy of what args points to, for callers that do not know its type.
func boxed(args any) any { return reflect.ValueOf(args).Elem().Interface() }

// unboxed is the inverse of boxed: it returns a pointer to a copy of args.
func (k *Kind) unboxed(args any) any {
	pointer := reflect.New(k.argsType())
	if args != nil {
		pointer.Elem().Set(reflect.ValueOf(args))
	}
	return pointer.Interface()
}

// copyArgs copies what from points to into what to points to.
func (k *Kind) copyArgs(to, from any) { _ = k.Call(context.Background(), nil, from, to) }

// ArgsType returns the type of the arguments of s: the payload, or the generated struct
// XArgs. It returns nil if s is not a generated signal.
func ArgsType(s AnySignal) reflect.Type {
	c := coreOf(s)
	if c == nil {
		return nil
	}
	k := c.known()
	return k.argsType()
}
