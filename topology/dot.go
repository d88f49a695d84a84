package topology

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// DOT writes the model as a Graphviz digraph. Packages are clusters, and signals are
// rounded nodes. An edge to an async receiver is dashed; an edge between processes is
// thick.
func DOT(w io.Writer, m *Model) error {
	d := draw(m)
	var out bytes.Buffer
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(&out, format, args...) }
	printf("digraph signals {\n\trankdir=LR\n\tfontname=\"sans-serif\"\n\tnode [shape=box, fontname=\"sans-serif\"]\n\tedge [fontname=\"sans-serif\", fontsize=10]\n")
	for i, c := range d.clusters {
		printf("\tsubgraph cluster_%d {\n\t\tlabel=%s\n", i+1, dotText(c.label))
		for _, n := range c.nodes {
			printf("\t\t%s\n", dotNode(n))
		}
		printf("\t}\n")
	}
	if d.others != nil {
		printf("\t%s [label=%s, shape=hexagon]\n", d.others.id, dotText(d.others.label))
	}
	for _, e := range d.edges {
		printf("\t%s -> %s%s\n", e.from.id, e.to.id, dotEdge(e))
	}
	printf("}\n")
	_, err := w.Write(out.Bytes())
	return err
}

func dotNode(n *node) string {
	attributes := "label=" + dotText(n.label)
	switch {
	case n.loose:
		attributes += `, style="rounded,dashed"`
	case n.signal:
		attributes += ", style=rounded"
	}
	return n.id + " [" + attributes + "]"
}

func dotEdge(e edge) string {
	var attributes []string
	if e.label != "" {
		attributes = append(attributes, "label="+dotText(e.label))
	}
	switch e.kind {
	case queued:
		attributes = append(attributes, "style=dashed")
	case processes:
		attributes = append(attributes, "penwidth=3")
	}
	if attributes == nil {
		return ""
	}
	return " [" + strings.Join(attributes, ", ") + "]"
}

// dotText quotes a label.
func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", "").Replace(text) + `"`
}
