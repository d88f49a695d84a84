// Package golangci is a module plugin of golangci-lint, named signalgen, with the
// checks of signalgen vet. Build a golangci-lint with it:
//
//	# .custom-gcl.yml
//	version: v2.5.0
//	plugins:
//	  - module: github.com/signalgen/signalgen/golangci
//	    version: latest
//
// Then enable it. Without settings, all checks run:
//
//	# .golangci.yml
//	version: "2"
//	linters:
//	  enable: [signalgen]
//	  settings:
//	    custom:
//	      signalgen:
//	        type: module
//	        settings:
//	          disable: [twice]
package golangci

import (
	"fmt"
	"slices"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/vet"
)

func init() { register.Plugin("signalgen", New) }

// Settings are the plugin's settings in .golangci.yml.
type Settings struct {
	Disable []string `json:"disable"` // names of checks
}

// New returns the plugin; golangci-lint calls it. It returns an error for unknown
// settings, and for checks that do not exist.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, fmt.Errorf("settings of signalgen: %w", err)
	}
	analyzers := vet.Analyzers()
	for _, name := range s.Disable {
		i := slices.IndexFunc(analyzers, func(a *analysis.Analyzer) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("settings of signalgen: found the unknown check %s under disable", name)
		}
		analyzers = slices.Delete(analyzers, i, i+1)
	}
	return plugin(analyzers), nil
}

type plugin []*analysis.Analyzer

// BuildAnalyzers returns the checks that are not disabled.
func (p plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return p, nil }

// GetLoadMode says that the checks need types.
func (p plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
