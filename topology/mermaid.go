package topology

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Mermaid writes the model as a Mermaid flowchart, which GitHub renders. Packages are
// subgraphs, and signals are rounded nodes. An edge to an async receiver is dashed; an
// edge between processes is thick.
func Mermaid(w io.Writer, m *Model) error {
	d := draw(m)
	var out bytes.Buffer
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(&out, format, args...) }
	printf("flowchart LR\n")
	var loose []string
	for i, c := range d.clusters {
		printf("  subgraph p%d[%s]\n", i+1, mermaidText(c.label))
		for _, n := range c.nodes {
			printf("    %s\n", mermaidNode(n))
			if n.loose {
				loose = append(loose, n.id)
			}
		}
		printf("  end\n")
	}
	if d.others != nil {
		printf("  %s{{%s}}\n", d.others.id, mermaidText(d.others.label))
	}
	for _, e := range d.edges {
		printf("  %s %s %s\n", e.from.id, mermaidArrow(e), e.to.id)
	}
	if loose != nil {
		printf("  classDef loose stroke-dasharray: 4 4\n  class %s loose\n", strings.Join(loose, ","))
	}
	_, err := w.Write(out.Bytes())
	return err
}

func mermaidNode(n *node) string {
	if n.signal {
		return n.id + "([" + mermaidText(n.label) + "])"
	}
	return n.id + "[" + mermaidText(n.label) + "]"
}

func mermaidArrow(e edge) string {
	arrow := map[edgeKind]string{direct: "-->", queued: "-.->", processes: "==>"}[e.kind]
	if e.label != "" {
		arrow += "|" + mermaidText(e.label) + "|"
	}
	return arrow
}

// mermaidEscapes replaces characters with a meaning in a label by entities.
var mermaidEscapes = strings.NewReplacer(
	"#", "#35;", `"`, "#quot;", "&", "#amp;", "<", "#lt;", ">", "#gt;", "`", "#96;", `\`, "#92;", "\n", "<br/>", "\r", "", "\t", " ",
)

// mermaidText quotes a label.
func mermaidText(text string) string { return `"` + mermaidEscapes.Replace(text) + `"` }
