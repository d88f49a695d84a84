package generator

import "github.com/dave/jennifer/jen"

// next writes the method Next.
func (e *emitter) next(s *signal) {
	e.doc("Next waits for the next send and returns its arguments. If ctx is done first, it returns",
		"ctx.Err(), and if the signal is closed, an error that wraps ["+e.runtime+".ErrClosed].")
	args, data, err := jen.Id(s.local.args), jen.Id(s.local.data), jen.Id(s.local.err)
	e.file.Func().Add(self(s)).Id("Next").Params(jen.Id(s.local.ctx).Qual(contextPath, "Context")).Params(argsType(s), jen.Error()).Block(
		jen.List(args, err).Op(":=").Add(kindOf(s)).Dot("Next").Call(jen.Id(s.local.ctx), base(s)),
		jen.List(data, jen.Id("_")).Op(":=").Add(args).Assert(argsType(s)),
		jen.Return(data, err),
	).Line()
}

// events writes the method Events.
func (e *emitter) events(s *signal) {
	e.doc("Events returns a stream of all sends from now on, until ctx is done or the signal is",
		"closed. It buffers up to that many sends, at least 1, and drops the oldest when full.")
	stream := jen.Op("*").Qual(runtimePath, "Stream").Types(argsType(s))
	feed := kindOf(s).Dot("Events").Call(jen.Id(s.local.ctx), base(s), jen.Id(s.local.buffer))
	e.file.Func().Add(self(s)).Id("Events").Params(jen.Id(s.local.ctx).Qual(contextPath, "Context"), jen.Id(s.local.buffer).Int()).Add(stream).Block(
		jen.Return(jen.Parens(stream).Call(feed)),
	).Line()
}
