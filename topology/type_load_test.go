package topology

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"
)

// loadModule loads packages of a module example.com/m with the given files. It
// generates what the signals need.
func loadModule(t *testing.T, files string, patterns ...string) *Model {
	t.Helper()
	dir := t.TempDir()
	writeModule(t, dir, "example.com/m")
	extract(t, dir, txtar.Parse([]byte(files)))
	generateAll(t, dir)
	m, err := Load(t.Context(), Options{Dir: dir, Patterns: patterns, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Faults {
		t.Errorf("%s: %s", f.Pos, f.Message)
	}
	checkNames(t, m.Types)
	return m
}

// The payload is in a package that the signal's package imports, and the type of a
// field in one that only that package imports. Those who send and hear declare no
// signal.
const apartFiles = `
-- order/order.go --
package order

import (
	"context"

	"example.com/m/money"
)

//signalgen:signal
type Placed = money.Sum

//signalgen:signal
type Asked func(ctx context.Context, id int, of ...money.Sum) (answer *money.Sum, err error)

//signalgen:signal
type Saved[T any] struct{ Value T }

//signalgen:signal
type Found[T any] func(ctx context.Context, value T) error
-- money/money.go --
package money

import "example.com/m/money/currency"

// A Sum is of one currency.
type Sum struct {
	// Cents are its smallest parts.
	Cents int
	In    currency.Code
}
-- money/currency/currency.go --
package currency

// A Code is that of ISO 4217.
type Code string

const (
	// EUR is the euro.
	EUR Code = "EUR"
	CHF Code = "CHF" // CHF is the franc.
)
-- desk/desk.go --
package desk

import (
	"context"

	"example.com/m/money"
	"example.com/m/order"
	"github.com/signalgen/signalgen/bridge"
)

var (
	sums  order.SavedSignal[money.Sum]
	found order.FoundSignal[[]string]
)

func Run(ctx context.Context, b *bridge.Bridge) {
	_ = order.SendPlaced(ctx, order.Placed{})
	_, _ = order.SendAsked(ctx, 1)
	bridge.Publish(b, &order.DefaultSignals.Asked)
	bridge.Publish(b, &sums)
	bridge.Publish(b, &found)
}
`

func TestTypesOfOtherPackages(t *testing.T) {
	all := loadModule(t, apartFiles)
	for name, want := range map[string]Type{
		"example.com/m/money.Sum": {
			Kind: KindStruct, Package: "example.com/m/money", Name: "Sum", Doc: "A Sum is of one currency.\n",
			Fields: []TypeField{
				{Name: "Cents", Path: "Cents", Type: "int", Doc: "Cents are its smallest parts.\n"},
				{Name: "In", Path: "In", Type: "example.com/m/money/currency.Code"},
			},
		},
		"example.com/m/money/currency.Code": {
			Kind: KindString, Package: "example.com/m/money/currency", Name: "Code", Doc: "A Code is that of ISO 4217.\n",
			Values: []TypeValue{{Name: "CHF", Value: `"CHF"`, Doc: "CHF is the franc.\n"}, {Name: "EUR", Value: `"EUR"`, Doc: "EUR is the euro.\n"}},
		},
		"example.com/m/order.AskedArgs": {
			Kind: KindStruct, Package: "example.com/m/order", Name: "AskedArgs",
			Fields: []TypeField{{Name: "ID", Path: "ID", Type: "int"}, {Name: "Of", Path: "Of", Type: "[]example.com/m/money.Sum"}},
		},
		"*example.com/m/money.Sum": {Kind: KindPointer, Elem: "example.com/m/money.Sum"},
	} {
		if got := all.Types[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\nfound  %+v\nwanted %+v", name, got, want)
		}
	}

	// Export data alone gives the same.
	apart := loadModule(t, apartFiles, "./desk")
	for _, name := range slices.Sorted(maps.Keys(apart.Types)) {
		if !reflect.DeepEqual(apart.Types[name], all.Types[name]) {
			t.Errorf("%s:\nfound  %+v\nwanted %+v", name, apart.Types[name], all.Types[name])
		}
	}
	if apart.Types["example.com/m/money.Sum"].Kind != KindStruct {
		t.Error("found no type of the payload")
	}
}

func TestWhatSignalsCarry(t *testing.T) {
	m := loadModule(t, apartFiles)
	got := make(map[string]string)
	for _, s := range m.Signals {
		got[filepath.Base(s.ID)] = s.Carries
	}
	for _, b := range m.Bridges {
		got["bridge "+filepath.Base(b.Signal)] = b.Carries
	}
	want := map[string]string{
		"order.Placed":       "example.com/m/money.Sum",
		"order.Asked":        "example.com/m/order.AskedArgs",
		"order.Saved":        "example.com/m/order.Saved[T]",
		"order.Found":        "example.com/m/order.FoundArgs[T]",
		"bridge order.Asked": "example.com/m/order.AskedArgs",
		"bridge order.Saved": "example.com/m/order.Saved[example.com/m/money.Sum]",
		"bridge order.Found": "example.com/m/order.FoundArgs[[]string]",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("found  %v\nwanted %v", got, want)
	}
	for _, name := range want {
		if m.Types[name].Kind == "" {
			t.Errorf("%s is not described", name)
		}
	}
}
