package results

import "testing"

func TestTable(t *testing.T) {
	table := Table{{"what", "a second"}, {"bridge/sql", "1,200"}, {"by hand, é", "90"}}
	want := `| what       | a second |
| ---------- | -------: |
| bridge/sql |    1,200 |
| by hand, é |       90 |
`
	if got := table.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestReplace(t *testing.T) {
	const head = "# Results\n\nFigures.\n"
	both := replace(replace(head, "One", "1"), "Two", "2")
	if want := head + "\n## One\n\n1\n\n## Two\n\n2\n"; both != want {
		t.Errorf("added: got %q, want %q", both, want)
	}
	if got, want := replace(both, "One", "one\n"), head+"\n## One\n\none\n\n## Two\n\n2\n"; got != want {
		t.Errorf("the first one replaced: got %q, want %q", got, want)
	}
	if got, want := replace(both, "Two", "two"), head+"\n## One\n\n1\n\n## Two\n\ntwo\n"; got != want {
		t.Errorf("the last one replaced: got %q, want %q", got, want)
	}
}
