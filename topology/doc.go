// Package topology reads a program's source and tells who sends which signal, and who
// hears it.
//
// [Load] lists and type-checks packages, and returns a [Model]: plain data. It has three
// steps. The packages are listed, and those chosen that can have to do with signals. Of
// each of them, what it sends, hears and bridges is collected: a generated signal is
// recognised by its types, so that signals of packages that are not read count too. At
// last the parts are put together: receivers that a generated func connects are heard
// where that is called.
//
// [Text], [Mermaid], [DOT] and [JSON] write a model, and [Diff] writes what has changed
// since an earlier one. They are the formats of the verb graph of the command signalgen.
package topology
