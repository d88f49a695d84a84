package main

import (
	"slices"
	"testing"
)

func TestPlan(t *testing.T) {
	p, err := parsePlan([]string{"-sizes", "1x5,2x3", "-kinds", "payload"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, program := range p.programs([]style{before, generated, byHand}) {
		got = append(got, program.String())
	}
	want := []string{
		"payload send 1x5 before", "payload send 1x5 generated", "payload send 1x5 by hand",
		"payload everything 1x5 before", "payload everything 1x5 generated",
		"payload send 2x3 before", "payload send 2x3 generated", "payload send 2x3 by hand",
		"payload everything 2x3 before", "payload everything 2x3 generated",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlanMistakes(t *testing.T) {
	for _, test := range []struct{ flag, value, want string }{
		{"-kinds", "payloads", `"payloads": want one of ["payload" "signature"]`},
		{"-uses", "send,", `"": want one of ["send" "everything"]`},
		{"-rounds", "0", "rounds 0: want at least 1"},
		{"-sizes", "200", `size "200": want packages x signals, such as 100x10`},
	} {
		if _, err := parsePlan([]string{test.flag, test.value}); err == nil || err.Error() != test.want {
			t.Errorf("%s %s: got %v, want %s", test.flag, test.value, err, test.want)
		}
	}
}
