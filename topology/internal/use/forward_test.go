package use

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// Forward names signals by text.
func TestForward(t *testing.T) {
	fset := token.NewFileSet()
	var bridge *types.Package
	parse := func(path, text string, info *types.Info) (*ast.File, *types.Package) {
		file, err := parser.ParseFile(fset, path+".go", text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		config := types.Config{Importer: importing(func(path string) (*types.Package, error) {
			if path == bridgePath {
				return bridge, nil
			}
			return nil, errors.New("none")
		})}
		pkg, err := config.Check(path, fset, []*ast.File{file}, info)
		if err != nil {
			t.Fatal(err)
		}
		return file, pkg
	}
	_, bridge = parse(bridgePath, "package bridge\nfunc Forward(ctx, from, to any, types ...string) error { return nil }", nil)
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	file, _ := parse("p", "package p\nimport \""+bridgePath+"\"\nvar err = bridge.Forward(nil, nil, nil, \"a\", \"b\")", info)
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if u, ok := OfCall(info, call); !ok || u.Op != Forward || !u.Op.Bridges() || len(u.Options) != 2 {
				t.Errorf("found %+v", u)
			}
		}
		return true
	})
}

type importing func(path string) (*types.Package, error)

func (f importing) Import(path string) (*types.Package, error) { return f(path) }
