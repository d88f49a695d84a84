package generator

import "testing"

func TestInEveryBuild(t *testing.T) {
	for _, test := range []struct {
		constraints []string
		want        bool
	}{
		{nil, true},
		{[]string{""}, true},
		{[]string{"linux", ""}, true},
		{[]string{"linux"}, false},
		{[]string{"linux", "!linux"}, true},
		{[]string{"linux || darwin", "windows"}, false},
		{[]string{"linux && cgo", "linux && !cgo", "!linux"}, true},
		{[]string{"debug", "debug"}, false},
	} {
		var places []place
		for _, c := range test.constraints {
			places = append(places, place{in: condition{constraint: c}})
		}
		if got := inEveryBuild(places); got != test.want {
			t.Errorf("%q: %t, want %t", test.constraints, got, test.want)
		}
	}
	if inEveryBuild([]place{{in: condition{test: true}}}) {
		t.Error("a type of a test is in every build")
	}
}
