package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"slices"
	"strconv"
	"strings"
)

// endOfImports is a comment that separates a part from what jennifer writes before it.
const endOfImports = "//signalgen:end of imports"

// part is a piece of an output.
type part struct {
	imports []string // its imports, as lines of an import block
	text    []byte   // in the format of gofmt
}

// render returns what the emitter has written.
func (e *emitter) render() (part, error) {
	var buf bytes.Buffer
	err := e.file.Render(&buf)
	if err != nil {
		return part{}, err
	}
	head, body, _ := bytes.Cut(buf.Bytes(), []byte(endOfImports))
	var p part
	for line := range strings.Lines(string(head)) {
		if strings.Contains(line, `"`) {
			line = strings.TrimPrefix(line, "import ") // a lone import has no block
			p.imports = append(p.imports, strings.TrimSpace(line))
		}
	}
	p.text, err = formatted(bytes.TrimSpace(body))
	return p, err
}

// formatted returns declarations in the format of gofmt. They are formatted after a
// package clause. Without one, the first comment would not count as a doc comment.
func formatted(declarations []byte) ([]byte, error) {
	const clause = "package p\n\n"
	text, err := format.Source(append([]byte(clause), declarations...))
	if err != nil {
		return nil, fmt.Errorf("formatting the generated file: %w", err)
	}
	return bytes.TrimSpace(bytes.TrimPrefix(text, []byte("package p\n"))), nil
}

// assemble puts the parts of o together.
func assemble(o *output, parts []part) []byte {
	var imports []string
	size := 0
	for _, p := range parts {
		imports = append(imports, p.imports...)
		size += len(p.text) + 2
	}
	var buf bytes.Buffer
	buf.Grow(size + 1<<12)
	buf.WriteString(header + "\n\n")
	if o.in.constraint != "" {
		fmt.Fprintf(&buf, "//go:build %s\n\n", o.in.constraint)
	}
	fmt.Fprintf(&buf, "package %s\n\nimport (\n%s)\n", o.pkg.name, importBlock(imports))
	for _, p := range parts {
		if len(p.text) > 0 {
			buf.WriteString("\n")
			buf.Write(p.text)
			buf.WriteString("\n")
		}
	}
	return buf.Bytes()
}

// importBlock sorts imports by path and separates the standard library from the rest,
// as goimports does.
func importBlock(imports []string) string {
	slices.SortFunc(imports, func(a, b string) int { return cmp.Or(strings.Compare(pathOf(a), pathOf(b)), strings.Compare(a, b)) })
	var std, others strings.Builder
	for _, line := range slices.Compact(imports) {
		block := &others
		if isStandardPath(pathOf(line)) {
			block = &std
		}
		block.WriteString("\t" + line + "\n")
	}
	if std.Len() > 0 && others.Len() > 0 {
		std.WriteString("\n")
	}
	return std.String() + others.String()
}

// pathOf returns the path in a line of an import block.
func pathOf(line string) string {
	quoted := line[strings.IndexByte(line, '"'):]
	path, err := strconv.Unquote(quoted)
	if err != nil {
		return quoted
	}
	return path
}
