// Package topology reads the source of a program and finds out who sends which signal
// and who hears it.
//
//	m, err := topology.Load(ctx, topology.Options{Dir: "."})
//	if err != nil {
//		return err
//	}
//	err = topology.Text(os.Stdout, m)
//
// [Load] lists and type-checks packages, and returns a [Model], which is plain data.
// [Text], [Mermaid], [DOT], [HTML], [AsyncAPI] and [JSON] write a model. [Diff] writes
// what has changed since an earlier one. These are the formats of the verb graph of the
// command signalgen.
//
// Load works in three steps. It lists the packages and chooses those that can have to
// do with signals. From each of them it collects what the package sends, hears and
// bridges. It recognizes a generated signal by its types, so signals of packages that
// are not read count too. Then it puts the parts together: receivers that a generated
// func connects are heard where that func is called.
package topology
