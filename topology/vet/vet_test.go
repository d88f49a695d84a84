package vet_test

import (
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/signalgen/signalgen/topology/vet"
)

// TestChecks checks that each check finds exactly what the comments in testdata say.
func TestChecks(t *testing.T) {
	for _, test := range []struct {
		check    *analysis.Analyzer
		packages []string
	}{
		{vet.Ctx, []string{"./src/ctx"}},
		{vet.Ignore, []string{"./src/ignored"}},
		{vet.Leak, []string{"./src/leak", "./src/leakmain"}},
		{vet.Locked, []string{"./src/locked"}},
		{vet.Lost, []string{"./src/lost", "./src/lostmain"}},
		{vet.Selfblock, []string{"./src/selfblock"}},
		{vet.Shared, []string{"./src/shared"}},
		{vet.Twice, []string{"./src/twice"}},
	} {
		t.Run(test.check.Name, func(t *testing.T) {
			t.Parallel()
			analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), test.check, test.packages...)
		})
	}
}
