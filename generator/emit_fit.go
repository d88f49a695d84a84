package generator

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// fitAssertions writes a func for each receiver whose types the syntax alone cannot
// compare with those that are sent. The func compiles only if they are the same.
func (e *emitter) fitAssertions(receivers []*receiver) {
	receivers = slices.DeleteFunc(slices.Clone(receivers), func(r *receiver) bool { return !r.asserts(e.pkg.path) })
	if len(receivers) > 0 {
		e.doc("If one of these does not compile, the types of the receiver and its signal differ.")
		e.file.Line()
	}
	for _, r := range receivers {
		name := "_" + r.owner + upperFirst(r.name) + "DoesNotFit" + upperFirst(r.signal.name)
		e.file.Func().Id("_").Params(jen.Id(name).Add(funcOf(r.params, r.results))).Add(funcOf(r.passed(), r.signal.values())).Block(jen.Return(jen.Id(name))).Line()
	}
}

// asserts reports whether a file of the package at path has an assertion of the
// receiver's types. A file that cannot name them leaves it to the connect, and so does
// a method with type parameters.
func (r *receiver) asserts(path string) bool {
	return r.unsure && !strings.Contains(r.ownerType, "[") && r.isNameable(path) && r.canAdapt(path)
}

// passed returns the signal's parameters that the receiver gets, as it takes them.
func (r *receiver) passed() []param {
	passed := make([]param, len(r.passes))
	for i, sent := range r.passes {
		passed[i] = r.signal.params[sent]
	}
	return passed
}

// funcOf returns the type of a func with some parameters, each with its own type.
func funcOf(params []param, results []typeExpr) jen.Code {
	var takes, returns []jen.Code
	for _, p := range params {
		typ := jen.Null()
		if p.variadic {
			typ.Index()
		}
		takes = append(takes, typ.Add(typeOf(p.typ)))
	}
	for _, result := range results {
		returns = append(returns, typeOf(result))
	}
	return jen.Func().Params(takes...).Params(returns...)
}
