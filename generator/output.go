package generator

import (
	"fmt"
	"hash/fnv"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// output is a file to be written. Its text is nil if the file must not exist.
type output struct {
	path      string // absolute
	name      string // as in errors
	pkg       *pkg
	in        condition // that of its signals and receivers
	signals   []*signal
	receivers []*receiver
	text      []byte
}

// outputs returns a file for each condition of the package's signals and receivers,
// without texts.
func (p *pkg) outputs() []*output {
	var outputs []*output
	of := func(in condition) *output {
		i := slices.IndexFunc(outputs, func(o *output) bool { return o.in == in })
		if i < 0 {
			o := p.output(p.outputName(in))
			o.in = in
			i, outputs = len(outputs), append(outputs, o)
		}
		return outputs[i]
	}
	for _, s := range p.signals {
		o := of(s.in)
		o.signals = append(o.signals, s)
	}
	for _, r := range p.receivers {
		if r.signal != nil && !r.programOnly {
			o := of(r.in)
			o.receivers = append(o.receivers, r)
		}
	}
	return outputs
}

// outputName returns the name of the file for the signals of a condition. External
// tests share the folder with the other tests. They take the same name only if those
// have no signals.
func (p *pkg) outputName(in condition) string {
	return outputFor(in, p.inner != nil && slices.ContainsFunc(p.inner.signals, func(s *signal) bool { return s.in == in }))
}

func (p *pkg) output(name string) *output {
	return &output{path: filepath.Join(p.folder.path, name), name: filepath.Join(p.folder.name, name), pkg: p}
}

// Names of outputs. The constraint is before the last element, where the go command
// does not read it as one of its own: signals_linux_gen.go.
const (
	outputName = "signals_gen.go" // for the signals in every build
	wireName   = "signals_wire_gen.go"
)

// wireOutputFor returns the name of the file that wires receivers of a condition.
func wireOutputFor(c condition) string {
	if c.constraint == "" {
		return wireName
	}
	return "signals_wire_" + slugOf(c.constraint) + "_gen.go"
}

// isWireName reports whether wire may have written a file of that name.
func isWireName(name string) bool {
	return name == wireName || strings.HasPrefix(name, "signals_wire_") && strings.HasSuffix(name, "_gen.go")
}

// outputFor returns the name of the file for the signals of a condition.
func outputFor(c condition, external bool) string {
	name := "signals_"
	if slug := slugOf(c.constraint); slug != "" {
		name += slug + "_"
	}
	name += "gen"
	if external {
		name += "_external"
	}
	if c.test {
		name += "_test"
	}
	return name + ".go"
}

// maxSlug is the most bytes of a constraint that go into a name. File systems allow
// names of 255 bytes.
const maxSlug = 100

// slugOf writes a constraint with characters that are allowed in file names. If another
// constraint would look the same, a number is added.
func slugOf(line string) string {
	if line == "" {
		return ""
	}
	slug := strings.NewReplacer(" && ", "_", " || ", "_or_", "!", "not_", "(", "", ")", "", ".", "-").Replace(line)
	words := strings.Fields(line)
	if len(slug) > maxSlug || strings.ContainsAny(line, "(._") || slug != strings.ToLower(slug) || slices.Contains(words, "or") || slices.Contains(words, "not") {
		sum := fnv.New32a()
		_, _ = io.WriteString(sum, line) // writing to a hash never fails
		slug = slug[:min(len(slug), maxSlug)] + fmt.Sprintf("_%08x", sum.Sum32())
	}
	if strings.HasPrefix(slug, "wire") {
		slug = "tag_" + slug // only wire files may have such names
	}
	return slug
}

// isOutputName reports whether generate may have written a file of that name.
func isOutputName(name string) bool {
	stem, found := strings.CutPrefix(name, "signals_")
	if !found || isWireName(name) {
		return false
	}
	stem = strings.TrimSuffix(strings.TrimSuffix(stem, ".go"), "_test")
	stem = strings.TrimSuffix(stem, "_external")
	return stem == "gen" || strings.HasSuffix(stem, "_gen")
}
