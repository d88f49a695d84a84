// Package topology reads a program's source and tells who sends which signal, and who
// hears it.
//
// [Load] lists and type-checks packages, and returns a [Model]: plain data, which the
// verb graph of the command signalgen prints in several formats. A generated signal is
// recognised by its types, so that signals of packages that are not read count too.
package topology
