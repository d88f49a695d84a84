package topology

import (
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// describe describes the signals that the package declares, and those that it uses from
// packages outside the patterns.
func (c *collector) describe() {
	for _, name := range c.types.Scope().Names() {
		if holder, ok := c.types.Scope().Lookup(name).(*types.TypeName); ok {
			if s, ok := use.OfType(holder.Type()); ok {
				c.part.signals = append(c.part.signals, c.describeSignal(s, c.kinds[callName(s)], true))
			}
		}
	}
	for _, s := range c.signals {
		if !c.has(s.Declared.Pkg()) {
			file := c.fset.Position(s.Holder.Obj().Pos()).Filename
			c.part.signals = append(c.part.signals, c.describeSignal(s, c.kindOf(file, callName(s)), false))
		}
	}
}

// callName returns the name of the generated func that calls a receiver of the signal.
func callName(s use.Signal) string {
	first, size := utf8.DecodeRuneInString(s.Declared.Name())
	return "call" + string(unicode.ToUpper(first)) + s.Declared.Name()[size:]
}

func (c *collector) describeSignal(s use.Signal, k kind, local bool) Signal {
	signal := Signal{
		ID:      s.ID(),
		Name:    k.name,
		Package: s.Declared.Pkg().Path(),
		Type:    s.Declared.Name(),
		Doc:     strings.TrimSpace(k.doc),
		Pos:     c.at(s.Declared.Pos()),
		Args:    []Arg{},
		Generic: s.Holder.TypeParams().Len() > 0,
		Private: s.IsPrivate(),
		Local:   local,
	}
	if signal.Name == "" {
		signal.Name = signal.ID
	}
	signal.Named = signal.Name != signal.ID
	c.shape(&signal, s)
	return signal
}

// shape sets the arguments and the results of a signal.
func (c *collector) shape(signal *Signal, s use.Signal) {
	s.Holder = s.Holder.Origin()
	signal.Carries = c.typ(carried(s))
	if from := method(s, "ConnectFrom"); from != nil {
		signal.Sender = c.typ(from.Params().At(0).Type())
	}
	declared := types.Unalias(s.Declared.Type())
	receiver, ok := declared.Underlying().(*types.Signature)
	if !ok {
		signal.Form, signal.Fails = Payload, true
		signal.Args = append(signal.Args, Arg{Type: c.typ(payload(s))})
		return
	}
	signal.Form = Signature
	for i := 1; i < receiver.Params().Len(); i++ {
		param := receiver.Params().At(i)
		arg := Arg{Name: param.Name(), Type: c.typ(param.Type())}
		if slice, ok := param.Type().(*types.Slice); ok && receiver.Variadic() && i == receiver.Params().Len()-1 {
			arg.Variadic, arg.Type = true, c.typ(slice.Elem())
		}
		signal.Args = append(signal.Args, arg)
	}
	for result := range receiver.Results().Variables() {
		if types.Identical(result.Type(), types.Universe.Lookup("error").Type()) {
			signal.Fails = true
		} else {
			signal.Result = c.typ(result.Type())
		}
	}
}

// carried returns the type of a send's arguments: the payload, or for a signature the
// struct XArgs. For an instance of a generic signal it is the type of the instance.
func carried(s use.Signal) types.Type {
	if _, ok := types.Unalias(s.Declared.Type()).Underlying().(*types.Signature); !ok {
		return payload(s)
	}
	name, _ := s.Declared.Pkg().Scope().Lookup(s.Declared.Name() + "Args").(*types.TypeName)
	if name == nil {
		return types.Typ[types.Invalid] // the generated file is broken
	}
	args := s.Holder.TypeArgs()
	if named, ok := name.Type().(*types.Named); ok && args.Len() > 0 && args.Len() == named.TypeParams().Len() {
		instance, err := types.Instantiate(nil, named, slices.Collect(args.Types()), false)
		if err == nil {
			return instance
		}
	}
	return name.Type()
}

// payload returns the type that receivers get. For a generic signal, its type
// parameters are the type arguments.
func payload(s use.Signal) types.Type {
	if connect := method(s, "Connect"); connect != nil {
		if receiver, ok := connect.Params().At(0).Type().(*types.Signature); ok && receiver.Params().Len() == 2 {
			return receiver.Params().At(1).Type()
		}
	}
	return s.Declared.Type()
}

// method returns the type of a method of a signal, or nil.
func method(s use.Signal, name string) *types.Signature {
	for m := range s.Holder.Methods() {
		if m.Name() == name {
			return m.Signature()
		}
	}
	return nil
}

// typ adds a type to the model, and returns its name there.
func (c *collector) typ(t types.Type) string {
	c.part.types = append(c.part.types, t)
	return typeName(t)
}
