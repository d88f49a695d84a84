// Package topology reads the source of a program and finds out which code sends and
// receives which signal.
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
// Load works in three steps. It lists the packages and chooses those that may use
// signals. From each of them it collects the sends, receivers and bridges. It recognizes
// generated signals by their types, so it finds signals of packages outside the patterns
// too. Then it combines the packages: the receivers that a generated func connects count
// where that func is called.
package topology
