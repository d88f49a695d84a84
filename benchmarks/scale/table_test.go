package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

func sampleReport() report {
	tools := []tool{
		{generator{name: "signalgen"}, "", ""},
		{generator{name: "slow"}, "", "v1.2.3"},
		{generator{name: "fast"}, "", "v2.0.0"},
	}
	took := func(memory int64, walls ...time.Duration) result {
		return result{walls: walls, cpus: walls, memory: memory << 20}
	}
	second := time.Second
	return report{
		options: options{rounds: 3, coldRounds: 1, timeout: 120 * second, budget: 30 * second},
		tools:   tools,
		rows: []row{
			{bench.Size{Packages: 1, Signals: 1}, light, warm, 3, []result{
				took(10, 2*second, 9*second, second), took(50, 8*second, 8*second, 8*second), took(15, 3*second, 3*second, 3*second),
			}},
			{bench.Size{Packages: 100, Signals: 10}, heavy, edited, 3, []result{
				took(10, second, second, second), {over: true}, took(20, 2*second, 4*second),
			}},
			{bench.Size{Packages: 100, Signals: 10}, heavy, cold, 1, []result{
				took(10, second), {err: errors.New("slow: exit status 1")}, {},
			}},
		},
	}
}

func TestTable(t *testing.T) {
	r := sampleReport()
	for _, test := range []struct {
		table bench.Table
		want  [][]string
	}{
		{r.table(r.wall), [][]string{
			{"1x1", "light", "warm", "2000", "8000", "3000", "1.50 (fast)"},
			{"100x10", "heavy", "edited", "1000", "> 120 s", "(2) 3000", "3.00 (fast)"},
			{"100x10", "heavy", "cold", "1000", "failed", "", ""},
		}},
		{r.table(r.cpu), [][]string{
			{"1x1", "light", "warm", "2000", "8000", "3000", "1.50 (fast)"},
			{"100x10", "heavy", "edited", "1000", "> 120 s", "(2) 3000", "3.00 (fast)"},
			{"100x10", "heavy", "cold", "1000", "failed", "", ""},
		}},
		{r.table(r.memory), [][]string{
			{"1x1", "light", "warm", "10", "50", "15", "1.50 (fast)"},
			{"100x10", "heavy", "edited", "10", "> 120 s", "(2) 20", "2.00 (fast)"},
			{"100x10", "heavy", "cold", "10", "failed", "", ""},
		}},
	} {
		header := []string{"packages x signals", "imports", "state", "signalgen", "slow v1.2.3", "fast v2.0.0", "best other / signalgen"}
		if !slices.Equal(test.table.Header, header) {
			t.Errorf("got header %q, want %q", test.table.Header, header)
		}
		if !slices.EqualFunc(test.table.Rows, test.want, slices.Equal) {
			t.Errorf("got rows %q, want %q", test.table.Rows, test.want)
		}
	}
}

func TestReportNamesWhatIsMissing(t *testing.T) {
	r := sampleReport()
	r.missing = []error{errors.New("other could not be installed")}
	var got strings.Builder
	if err := r.write(&got); err != nil {
		t.Fatal(err)
	}
	const want = "\nother could not be installed\n\n100x10 heavy cold: slow: exit status 1\n"
	if !strings.HasSuffix(got.String(), want) {
		t.Errorf("got\n%s\nwant at its end\n%s", got.String(), want)
	}
}
