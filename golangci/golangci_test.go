package golangci_test

import (
	"slices"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/golangci"
)

func names(t *testing.T, settings any) []string {
	t.Helper()
	build, err := register.GetPlugin("signalgen")
	if err != nil {
		t.Fatal(err)
	}
	plugin, err := build(settings)
	if err != nil {
		t.Fatal(err)
	}
	analyzers, err := plugin.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if err := analysis.Validate(analyzers); err != nil {
		t.Error(err)
	}
	if mode := plugin.GetLoadMode(); mode != register.LoadModeTypesInfo {
		t.Errorf("load mode %s, want one with types", mode)
	}
	var found []string
	for _, a := range analyzers {
		found = append(found, a.Name)
	}
	return found
}

func TestPlugin(t *testing.T) {
	all := []string{"ctx", "leak", "locked", "lost", "selfblock", "shared", "twice", "ignore"}
	if got := names(t, nil); !slices.Equal(got, all) {
		t.Errorf("checks %v, want %v", got, all)
	}
	got := names(t, map[string]any{"disable": []string{"twice", "ctx"}})
	if want := all[1:6:6]; !slices.Equal(got, append(want, "ignore")) {
		t.Errorf("checks %v, want %v and ignore", got, want)
	}
}

func TestPluginSettings(t *testing.T) {
	for _, settings := range []any{
		map[string]any{"disable": []string{"nothing"}},
		map[string]any{"enable": []string{"leak"}},
	} {
		if _, err := golangci.New(settings); err == nil {
			t.Errorf("settings %v: no error", settings)
		}
	}
}
