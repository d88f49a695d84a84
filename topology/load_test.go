package topology

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

// partly is a module in which only package use is read.
const partly = `
-- order/order.go --
package order

import "context"

// Placed is sent when an order is placed.
//
//signalgen:signal name=shop.placed private
type Placed struct{ ID int }

// Checked asks.
//
//signalgen:signal
type Checked func(ctx context.Context, id int) error

// Unused is not used.
//
//signalgen:signal
type Unused struct{}

//signalgen:receiver
func Book(data Placed) {}

// Use may do anything.
func Use(signals *Signals) {}
-- use/use.go --
package use

import (
	"context"

	"example.com/shop/order"
)

func use(ctx context.Context) error {
	order.ConnectPlaced(func(context.Context, order.Placed) error { return nil })
	return order.SendChecked(ctx, 1)
}
-- more/more.go --
package more

import "example.com/shop/order"

func more() {
	order.Use(&order.DefaultSignals)
	order.ConnectReceivers()
}
`

func loadPart(t *testing.T, patterns ...string) (dir string, m *Model) {
	t.Helper()
	dir = t.TempDir()
	writeModule(t, dir, "example.com/shop")
	extract(t, dir, txtar.Parse([]byte(partly)))
	generateAll(t, dir)
	m, err := Load(t.Context(), Options{Dir: dir, Patterns: patterns})
	if err != nil || len(m.Faults) > 0 {
		t.Fatalf("error %v, faults %v", err, m.Faults)
	}
	return dir, m
}

// What a package uses from a package that is not read is known from its types and its
// generated file.
func TestLoadOfOtherPackages(t *testing.T) {
	_, m := loadPart(t, "./use")
	if len(m.Signals) != 2 || len(m.Sends) != 1 || len(m.Receives) != 1 || len(m.Unknown) != 0 {
		t.Fatalf("found %d signals, %d sends, %d receives, %v", len(m.Signals), len(m.Sends), len(m.Receives), m.Unknown)
	}
	placed := m.Signal("example.com/shop/order.Placed")
	if placed == nil || placed.Local || !placed.Private || placed.Name != "shop.placed" || placed.Doc != "Placed is sent when an order is placed." ||
		placed.Pos.String() != "order/order.go:8" {
		t.Errorf("found %+v", placed)
	}
	checked := m.Signal("example.com/shop/order.Checked")
	if checked == nil || checked.Form != Signature || checked.Named || !checked.Fails || fmt.Sprint(checked.Args) != "[{id int false}]" {
		t.Errorf("found %+v", checked)
	}
	if m.Signal("example.com/shop/order.Unused") != nil {
		t.Error("a signal is there that nothing uses")
	}
}

// It is not known what a package that is not read does with a set, and whom it
// connects.
func TestLoadUnknown(t *testing.T) {
	_, m := loadPart(t, "./more")
	reasons := make(map[string]int)
	for _, u := range m.Unknown {
		reasons[u.Reason]++
	}
	handed, connected := "it is passed to order.Use, which is not among the packages", "receivers of order, which is not among the packages, are connected"
	if len(m.Unknown) != 6 || reasons[handed] != 3 || reasons[connected] != 3 {
		t.Errorf("found %v", reasons)
	}
}

// The same source gives the same model, however many packages are read at once.
func TestLoadAgain(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	dir, m := loadPart(t, "./...")
	var want bytes.Buffer
	if err := JSON(&want, m); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		runtime.GOMAXPROCS(n + 1)
		m, err := Load(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := JSON(&got, m); err != nil || got.String() != want.String() {
			t.Errorf("error %v, got:\n%s\nwant:\n%s", err, got.String(), want.String())
		}
	}
}

func TestLoadFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(t.Context(), Options{Dir: dir}); err == nil {
		t.Error("a folder outside of any module was read")
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/empty\n\ngo 1.26.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "no package matches ./...") {
		t.Errorf("error %v, want one about no packages", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Load(ctx, Options{Dir: "../examples/shop"}); !errors.Is(err, context.Canceled) && !strings.Contains(fmt.Sprint(err), "context canceled") {
		t.Errorf("error %v, want that of ctx", err)
	}
}

func TestOptionsProgress(t *testing.T) {
	var steps []string
	_, err := Load(t.Context(), Options{Dir: "../examples/shop", Progress: func(doing string) { steps = append(steps, doing) }})
	if err != nil || strings.Join(steps, "; ") != "listing packages; reading 5 of 5 packages" {
		t.Errorf("error %v, steps %q", err, steps)
	}
}

// Files of the module cache are named by module and version, wherever the cache is.
func TestScopeName(t *testing.T) {
	dir := filepath.FromSlash("/home/ada/shop/cmd")
	s := &scope{dir: dir, modules: []module{{filepath.FromSlash("/cache/example.com/order@v1.2.0/"), "example.com/order@v1.2.0"}}, names: make(map[string]string)}
	for path, want := range map[string]string{
		"/home/ada/shop/cmd/main.go":                     "main.go",
		"/home/ada/shop/order/order.go":                  "../order/order.go",
		"/cache/example.com/order@v1.2.0/order/order.go": "example.com/order@v1.2.0/order/order.go",
		"": "",
	} {
		if got := s.file(filepath.FromSlash(path)); got != want {
			t.Errorf("file(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestOnly(t *testing.T) {
	m := odd()
	const shop, order = "example.com/cmd/shop", "example.com/a/order"
	m.Programs = []Program{{Path: "example.com/cmd/other"}, {Path: shop, Packages: []string{order, shop}}}
	part, err := m.Only(shop)
	if err != nil {
		t.Fatal(err)
	}
	if len(part.Programs) != 1 || len(part.Sends) != 3 || len(part.Receives) != 2 || len(part.Signals) != 3 || part.Calls == nil {
		t.Errorf("found %+v", part)
	}
	if _, err := m.Only("example.com/none"); err == nil || err.Error() != "no program example.com/none; wanted example.com/cmd/other or example.com/cmd/shop" {
		t.Errorf("error %v", err)
	}
}

// A module of the cache is neither a main module nor replaced by a folder.
func TestNewScope(t *testing.T) {
	of := func(path string, m packages.Module) *packages.Package {
		m.Dir = filepath.FromSlash("/src/" + path)
		return &packages.Package{ID: path, PkgPath: path, Module: &m}
	}
	root := of("example.com/main", packages.Module{Path: "example.com/main", Main: true})
	root.Imports = map[string]*packages.Package{
		"cached":   of("cached", packages.Module{Path: "cached", Version: "v1.0.0"}),
		"fork":     of("fork", packages.Module{Path: "fork", Version: "v1.0.0", Replace: &packages.Module{Path: "forked", Version: "v1.0.1"}}),
		"replaced": of("replaced", packages.Module{Path: "replaced", Version: "v1.0.0", Replace: &packages.Module{Path: "../replaced"}}),
		"std":      {ID: "std", PkgPath: "std"},
	}
	s := newScope("/src/main", &checker{fset: token.NewFileSet()}, []*packages.Package{root})
	var names []string
	for _, m := range s.modules {
		names = append(names, m.name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "cached@v1.0.0 fork@v1.0.0" || !s.paths["example.com/main"] || s.paths["cached"] {
		t.Errorf("found %s, %v", got, s.paths)
	}
}

// Forward names signals by their stable names.
func TestAddForwards(t *testing.T) {
	m := &Model{Signals: []Signal{{ID: "example.com/order.Placed", Name: "order.placed"}}}
	m.addForwards([]Bridge{{Signal: "order.placed", Way: BridgeForward}, {Signal: "order.unknown", Way: BridgeForward}})
	if len(m.Bridges) != 1 || m.Bridges[0].Signal != "example.com/order.Placed" {
		t.Errorf("found %+v", m.Bridges)
	}
}

// Files of an overlay stand for those on disk, also where there are none.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/overlay\n\ngo 1.26\n")
	write("main.go", "package main\n\nfunc main() { missing() }\n")
	overlay := map[string][]byte{filepath.Join(dir, "more.go"): []byte("package main\n\nfunc missing() {}\n")}
	for _, c := range []struct {
		overlay map[string][]byte
		faults  int
	}{{nil, 1}, {overlay, 0}} {
		m, err := Load(t.Context(), Options{Dir: dir, Overlay: c.overlay})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Faults) != c.faults {
			t.Errorf("with %d files in the overlay: %v, want %d faults", len(c.overlay), m.Faults, c.faults)
		}
	}
}
