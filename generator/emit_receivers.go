package generator

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// receivers writes ConnectReceivers and ConnectReceiversTo, for the funcs of the
// package and for each type whose methods are receivers.
func (e *emitter) receivers(o *output) {
	for _, group := range groupsOf(o.receivers) {
		e.connectReceivers(o, group)
		e.connectReceiversTo(o, group)
	}
}

// groupsOf returns the receivers that are funcs, and then the methods of each type,
// sorted by name.
func groupsOf(receivers []*receiver) [][]*receiver {
	sorted := slices.Clone(receivers)
	slices.SortStableFunc(sorted, func(a, b *receiver) int { return strings.Compare(a.owner, b.owner) })
	var groups [][]*receiver
	for _, r := range sorted {
		if n := len(groups); n == 0 || groups[n-1][0].owner != r.owner {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r)
	}
	return groups
}

// A connectPlace is where a receiver is connected: the set of a package, or a signal
// that is not in a set.
type connectPlace struct {
	param    string // the parameter of ConnectReceiversTo
	path     string // the path of the package
	typeName string
	variable string // the default set or signal
}

// placeOf returns where the signal of r is connected.
func placeOf(r *receiver) connectPlace {
	if r.signal.inSet() {
		return connectPlace{path: r.of.path, typeName: setType, variable: defaultSet}
	}
	return connectPlace{path: r.of.path, typeName: r.signal.typeName(), variable: r.signal.defaultName()}
}

// placesOf returns all places of a group, each with a name for its parameter.
func (e *emitter) placesOf(group []*receiver) []connectPlace {
	var places []connectPlace
	for _, r := range group {
		if place := placeOf(r); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	slices.SortFunc(places, func(a, b connectPlace) int {
		return strings.Compare(a.path+" "+a.variable, b.path+" "+b.variable)
	})
	taken := e.taken()
	for i, place := range places {
		base := lowerFirst(place.typeName)
		if name := e.imports[place.path].name; name != "" && place.typeName == setType {
			base = name + setType
		}
		places[i].param = taken.pick(base, base+"Set")
	}
	return places
}

// taken returns the names that the funcs of a group must not hide.
func (e *emitter) taken() scope {
	taken := make(scope)
	for name := range e.pkg.names {
		taken.add(name)
	}
	for _, i := range e.imports {
		taken.add(i.name)
	}
	return taken
}

// connectReceivers writes ConnectReceivers.
func (e *emitter) connectReceivers(o *output, group []*receiver) {
	name := o.connectName()
	self := e.selfOf(group[0])
	e.doc(name+" connects "+describeGroup(group)+" on the", "default sets, except for those that are already connected.")
	to := jen.Id(name + "To")
	if self != "" {
		to = jen.Id(self).Dot(name + "To")
	}
	call := to.CallFunc(func(g *jen.Group) {
		for _, place := range e.placesOf(group) {
			g.Op("&").Qual(place.path, place.variable)
		}
	})
	e.file.Func().Add(e.ownerOfGroup(group)).Id(name).Params().Add(connections()).Block(jen.Return(call)).Line()
}

// connectReceiversTo writes ConnectReceiversTo.
func (e *emitter) connectReceiversTo(o *output, group []*receiver) {
	name := o.connectName() + "To"
	places := e.placesOf(group)
	e.doc(name + " is [" + qualifiedName(group, o.connectName()) + "] for other sets.")
	params := make([]jen.Code, len(places))
	taken := e.taken()
	for i, place := range places {
		params[i] = jen.Id(place.param).Op("*").Qual(place.path, place.typeName)
		taken.add(place.param)
	}
	taken.add(e.selfOf(group[0]))
	connect := jen.Qual(runtimePath, "Connect").Add(list(true, e.connects(group, places, taken)))
	e.file.Func().Add(e.ownerOfGroup(group)).Id(name).Params(params...).Add(connections()).Block(jen.Return(connect)).Line()
}

// connects connects each receiver of a group.
func (e *emitter) connects(group []*receiver, places []connectPlace, taken scope) []jen.Code {
	var connects []jen.Code
	for _, r := range group {
		place := placeOf(r)
		i := slices.IndexFunc(places, func(p connectPlace) bool { return p.path == place.path && p.variable == place.variable })
		on := jen.Id(places[i].param)
		if r.signal.inSet() {
			on.Dot(r.signal.name)
		}
		connects = append(connects, on.Dot("Connect").Call(e.connectArgs(r, e.selfOf(r), taken)...))
	}
	return connects
}

// connectArgs returns the arguments of a connect: the receiver, or its adapter, in the
// form that the signal calls, and options. A method is that of the variable self.
func (e *emitter) connectArgs(r *receiver, self string, taken scope) []jen.Code {
	fn := jen.Qual(r.path, r.name)
	if r.owner != "" {
		fn = jen.Id(self).Dot(r.name)
	}
	var connected jen.Code = fn
	if !r.exact {
		connected = adapterFunc(r, r.adapter(taken), fn)
	}
	return append([]jen.Code{connected, e.annotated(r, self)}, declaredOptions(r)...)
}

// adapterFunc returns the adapter of a receiver.
func adapterFunc(r *receiver, a adapter, fn jen.Code) jen.Code {
	s := r.signal
	params := append([]jen.Code{jen.Id(a.ctx).Qual(contextPath, "Context")}, declareParams(s, a.params)...)
	passed := make([]jen.Code, len(a.passed))
	for i, name := range a.passed {
		passed[i] = jen.Id(name)
	}
	call := jen.Add(fn).Call(passed...)
	body := []jen.Code{jen.Return(call)}
	if s.fails && !r.fails {
		body = []jen.Code{call, jen.Return(jen.Nil())}
		if s.value != nil {
			body = []jen.Code{jen.Return(call, jen.Nil())}
		}
	} else if !a.returns {
		body = []jen.Code{call}
	}
	return jen.Func().Add(list(s.isMultiline(), params)).Add(results(s, false)).Block(body...)
}

// annotated returns the option Annotated, with the receiver's func, or with its method
// and value. With an adapter, it converts the func to its current type, so that a
// change of the type stops compiling: the adapter may then pass or return too little.
func (e *emitter) annotated(r *receiver, self string) jen.Code {
	fn := jen.Qual(r.path, r.name)
	if r.owner != "" {
		fn = ownerTypeOf(r).Dot(r.name)
	}
	if !r.exact && r.isNameable(e.pkg.path) {
		fn = jen.Parens(funcType(r)).Parens(fn)
	}
	args := []jen.Code{fn}
	if r.owner != "" {
		args = append(args, jen.Id(self))
	}
	return jen.Qual(runtimePath, "Annotated").Call(args...)
}

// ownerTypeOf returns the type whose method a receiver is, with parentheses where an
// expression needs them.
func ownerTypeOf(r *receiver) *jen.Statement {
	if r.pointer {
		return jen.Parens(jen.Op("*").Qual(r.path, r.ownerType))
	}
	return jen.Qual(r.path, r.ownerType)
}

// funcType returns the type of a receiver, as a func of its owner if it is a method.
func funcType(r *receiver) jen.Code {
	var params []jen.Code
	switch {
	case r.pointer:
		params = append(params, jen.Op("*").Qual(r.path, r.ownerType))
	case r.owner != "":
		params = append(params, jen.Qual(r.path, r.ownerType))
	}
	if r.takesContext {
		params = append(params, jen.Qual(contextPath, "Context"))
	}
	for _, p := range r.params {
		param := jen.Null()
		if p.variadic {
			param.Op("...")
		}
		params = append(params, param.Add(typeOf(p.typ)))
	}
	results := make([]jen.Code, 0, 2)
	for _, result := range r.results {
		results = append(results, typeOf(result))
	}
	if r.fails {
		results = append(results, jen.Error())
	}
	fn := jen.Func().Params(params...)
	switch len(results) {
	case 0:
		return fn
	case 1:
		return fn.Add(results[0])
	default:
		return fn.Params(results...)
	}
}

// declaredOptions returns the options that a receiver's directive sets.
func declaredOptions(r *receiver) []jen.Code {
	option := func(name string, args ...jen.Code) jen.Code { return jen.Qual(runtimePath, name).Call(args...) }
	var options []jen.Code
	if r.priority != 0 {
		options = append(options, option("Priority", jen.Lit(r.priority)))
	}
	if r.id != "" {
		options = append(options, option("ID", jen.Lit(r.id)))
	}
	if r.stable != "" {
		options = append(options, option("Name", jen.Lit(r.stable)))
	}
	if r.once {
		options = append(options, option("Once"))
	}
	if r.async > 0 {
		overflow := r.overflow
		if overflow == "" {
			overflow = "Block"
		}
		options = append(options, option("Async", jen.Lit(r.async), jen.Qual(runtimePath, overflow)))
	}
	if r.workers > 0 {
		options = append(options, option("Workers", jen.Lit(r.workers)))
	}
	return options
}

func connections() jen.Code {
	return jen.Op("*").Qual(runtimePath, "Connections")
}

// describeGroup describes the receivers of a group in a doc comment.
func describeGroup(group []*receiver) string {
	if owner := group[0].owner; owner != "" {
		return "the methods of " + owner + " that are receivers"
	}
	return "the receivers of this package"
}

// qualifiedName returns the name of a group's func in a doc comment.
func qualifiedName(group []*receiver, name string) string {
	if owner := group[0].owner; owner != "" {
		return owner + "." + name
	}
	return name
}

// selfOf returns the name of the owner of r in its methods, or "" for a func.
func (e *emitter) selfOf(r *receiver) string {
	if r.owner == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(r.owner)
	letter := string(unicode.ToLower(first))
	taken := e.taken()
	taken.add(identifiers(r.ownerType)...)
	return taken.pick(letter, letter+"s")
}

// ownerOfGroup declares the receiver of a group's methods.
func (e *emitter) ownerOfGroup(group []*receiver) jen.Code {
	if group[0].owner == "" {
		return jen.Null()
	}
	self := jen.Id(e.selfOf(group[0]))
	if slices.ContainsFunc(group, func(r *receiver) bool { return r.pointer }) {
		self.Op("*")
	}
	return jen.Params(self.Id(group[0].ownerType))
}

// connectName returns the name of the func that connects the receivers of an output:
// ConnectReceivers, or ConnectReceiversLinux for receivers of some builds.
func (o *output) connectName() string { return "ConnectReceivers" + o.in.words() }

// words returns a constraint as part of a name: LinuxAmd64.
func (c condition) words() string {
	words := ""
	for _, word := range strings.FieldsFunc(slugOf(c.constraint), func(r rune) bool { return r == '_' || r == '-' }) {
		words += upperFirst(word)
	}
	return words
}
