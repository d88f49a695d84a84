package generator

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each step knows only its own tools: the model connects the steps.
func TestOnlyOneFileKnowsEachTool(t *testing.T) {
	knows := map[string][]string{
		"golang.org/x/tools/go/packages": {"list.go"},
		"github.com/dave/jennifer/jen":   {"emit.go", "emit_assert.go", "emit_code.go", "emit_connect.go", "emit_fit.go", "emit_hear.go", "emit_receivers.go", "emit_send.go", "emit_types.go", "emit_wire.go"},
		"go/ast":                         {"constraint.go", "copy.go", "directive.go", "identical.go", "load.go", "near_miss.go", "parse.go", "receiver.go", "sender.go", "signature.go", "syntax.go"},
		"os":                             {"import_graph.go", "list.go", "load.go", "write.go"},
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]string)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range syntax.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			found[path] = append(found[path], file)
		}
	}
	for path, want := range knows {
		if got := found[path]; !slices.Equal(got, want) {
			t.Errorf("%s is imported by %v, want %v", path, got, want)
		}
	}
}
