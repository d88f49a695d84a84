package use

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// Options are the options of a connection, as far as they are constant.
type Options struct {
	Priority int
	ID       string
	Name     string
	Once     bool
	Until    bool
	Around   bool
	Async    bool
	Size     int    // queue size; 0 if it is not a constant
	Overflow string // Block, DropNewest, DropOldest or Fail; empty if it is not a constant
	Workers  int
	Partial  bool // an option or an argument is not a constant
}

// ReadOptions reads the options of a call that connects.
func ReadOptions(info *types.Info, options []ast.Expr) Options {
	var o Options
	for _, option := range options {
		call, _ := ast.Unparen(option).(*ast.CallExpr)
		if call == nil {
			o.Partial = true
			continue
		}
		o.read(info, call)
	}
	return o
}

// Annotated returns the func that a runtime.Annotated among the options names, without
// a conversion, or nil.
func Annotated(info *types.Info, options []ast.Expr) ast.Expr {
	for _, option := range options {
		call, _ := ast.Unparen(option).(*ast.CallExpr)
		if call != nil && len(call.Args) > 0 && runtimeFunc(info, call) == "Annotated" {
			return call.Args[0]
		}
	}
	return nil
}

// runtimeFunc returns the name of the called func of package runtime, or "".
func runtimeFunc(info *types.Info, call *ast.CallExpr) string {
	fn := FuncOf(info, call.Fun)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != runtimePath || fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Name()
}

func (o *Options) read(info *types.Info, call *ast.CallExpr) {
	switch runtimeFunc(info, call) {
	case "Priority":
		o.Priority = o.number(info, call, 0)
	case "ID":
		o.ID = o.text(info, call)
	case "Name":
		o.Name = o.text(info, call)
	case "Once":
		o.Once = true
	case "Until":
		o.Until = true
	case "Around":
		o.Around = true
	case "Async":
		o.Async = true
		o.Size = o.number(info, call, 0)
		o.Overflow = o.overflow(info, call)
	case "Workers":
		o.Workers = o.number(info, call, 0)
	case "Annotated":
	default:
		o.Partial = true
	}
}

// constantArg returns the value of a constant argument, or nil. Without one, the
// options are partial.
func (o *Options) constantArg(info *types.Info, call *ast.CallExpr, i int) constant.Value {
	if i < len(call.Args) {
		if value := info.Types[call.Args[i]].Value; value != nil {
			return value
		}
	}
	o.Partial = true
	return nil
}

func (o *Options) number(info *types.Info, call *ast.CallExpr, i int) int {
	value := o.constantArg(info, call, i)
	if value == nil {
		return 0
	}
	n, _ := constant.Int64Val(constant.ToInt(value))
	return int(n)
}

func (o *Options) text(info *types.Info, call *ast.CallExpr) string {
	value := o.constantArg(info, call, 0)
	if value == nil || value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(value)
}

// overflows are the names of the constants of type runtime.Overflow, by value.
var overflows = []string{"Block", "DropNewest", "DropOldest", "Fail"}

func (o *Options) overflow(info *types.Info, call *ast.CallExpr) string {
	value := o.constantArg(info, call, 1)
	if value == nil {
		return ""
	}
	if n, ok := constant.Int64Val(value); ok && n >= 0 && n < int64(len(overflows)) {
		return overflows[n]
	}
	return ""
}
