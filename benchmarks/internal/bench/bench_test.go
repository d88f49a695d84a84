package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []time.Duration
		want   time.Duration
	}{
		{nil, 0},
		{[]time.Duration{7}, 7},
		{[]time.Duration{9, 1}, 5},
		{[]time.Duration{9, 1, 2}, 2},
		{[]time.Duration{4, 9, 1, 2}, 3},
	} {
		before := slices.Clone(test.values)
		if got := Median(test.values); got != test.want {
			t.Errorf("Median(%d) = %d, want %d", before, got, test.want)
		}
		if !slices.Equal(test.values, before) {
			t.Errorf("Median changed %d to %d", before, test.values)
		}
	}
}

func TestTable(t *testing.T) {
	table := Table{
		Labels: 1,
		Header: []string{"size", "a long name", "b"},
		Rows:   [][]string{{"1x1", "12", "3"}, {"1000x1", "–", "4567"}},
	}
	var got strings.Builder
	if err := table.Write(&got); err != nil {
		t.Fatal(err)
	}
	const want = `
| size   | a long name |    b |
| ------ | ----------: | ---: |
| 1x1    |          12 |    3 |
| 1000x1 |           – | 4567 |
`
	if got.String() != want[1:] {
		t.Errorf("got\n%swant%s", got.String(), want)
	}
}

func TestRoot(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "cmd", "signalgen")); err != nil {
		t.Error(err)
	}
}
