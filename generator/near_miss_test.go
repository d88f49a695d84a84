package generator

import (
	"strings"
	"testing"
)

func TestNearMiss(t *testing.T) {
	for _, test := range []struct {
		comment string
		want    bool
	}{
		{"// signalgen:signal", true},
		{"//  signalgen:signal name=x", true},
		{"//signalgen: signal", true},
		{"//signalgen :signal", true},
		{"//Signalgen:signal", true},
		{"//SIGNALGEN:SIGNAL", true},
		{"//signalgen:Signal", true},
		{"// signalgen: signal", true},
		{"// signalgen:sginal", true},
		{"/*signalgen:signal*/", true},
		{"/* signalgen:signal */", true},
		{"//signalgen", true},
		{"//signalgn:signal", true},
		{"//sigalgen:signal name=x", true},
		{"//@signalgen:signal", true},
		{"//signalgen-signal", true},
		{"//signalgen.signal", true},
		{"//signalgen:", true},
		{"//signalgen signal", true},
		{"//signalgen::signal", true},
		{"//+signalgen:signal", true},
		{"// signalgen:signal directives declare signals.", false},
		{"// signalgen", false},
		{"//signalgen is great", false},
		{"//signal", false},
		{"//go:generate go tool signalgen", false},
		{"//nolint:signal", false},
		{"// signalgen: signals are declared below.", false},
		{"// signalgen: the tool that we use", false},
		{"// signalgen is the tool that we use: signal", false},
		{"//go:generate signalgen", false},
		{"//\t//signalgen:signal", false},
		{"// see signalgen:signal", false},
		{"// signal", false},
		{"//signal-gen:signal", true},
		{"//signal_gen:signal", true},
		{"// signal gen:signal", true},
		{"/// signalgen:signal", true},
		{"///signalgen:signal", true},
		{"//// signalgen:signal", true},
		{"//go:signalgen:signal", true},
		{"// go:signalgen:signal", true},
		{"// * @signalgen:signal", true},
		{"// - signalgen:signal", true},
		{"//!signalgen:signal", true},
		{"//#signalgen:signal", true},
		{"//\u00a0signalgen:signal", true},
		{"//\u200bsignalgen:signal", true},
		{"//signal\u200bgen:signal", true},
		{"//signalgen\u00a0:signal", true},
		{"//signalgen：signal", true},
		{"//signalgen/signal", true},
		{"// signalgen:signal sender", true},
		{"// signalgen:signal sender name=x", true},
		{"// signalgen:sigl", true},
		{"/* @signalgen:signal */", true},
		{"//signalgen_signal", true},
		{"//signalgenerator", false},
		{"// - signalgen:signal marks a type as a signal.", false},
		{"// `signalgen:signal`", false},
		{"// (signalgen:signal)", false},
		{"// //signalgen:signal", false},
		{"//nolint:signalgen", false},
		{"//go:build signalgen", false},
	} {
		name, got := nearMiss(test.comment, strings.HasPrefix(test.comment, "/*"), false)
		if got != test.want {
			t.Errorf("nearMiss(%q) = %v, want %v", test.comment, got, test.want)
		}
		if got && name != "signal" {
			t.Errorf("nearMiss(%q) is taken for %s", test.comment, name)
		}
	}
}

// Each line of a /* */ comment is checked separately.
func TestNearMissInBlock(t *testing.T) {
	for _, test := range []struct {
		line             string
		inDoc, elsewhere bool
	}{
		{"//signalgen:signal", true, false},
		{"\t//signalgen:signal", true, false},
		{"/* //signalgen:signal", true, false},
		{"signalgen:signal", true, true},
		{" * signalgen:signal", true, true},
		{" * @signalgen:signal", true, true},
		{"   @signalgen:signal name=x */", true, true},
		{"signalgen:signal marks a type.", false, false},
		{"signalgen", false, false},
	} {
		for _, isDoc := range []bool{true, false} {
			want := test.inDoc && isDoc || test.elsewhere && !isDoc
			if _, got := nearMiss(test.line, true, isDoc); got != want {
				t.Errorf("nearMiss(%q), of a doc comment: %v, is %v, want %v", test.line, isDoc, got, want)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"signal", "signal", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"signl", "signal", 1},
		{"signals", "signal", 1},
		{"sginal", "signal", 2},
		{"kitten", "sitting", 3},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestFirstWords(t *testing.T) {
	for comment, want := range map[string]string{
		"// short ":        "// short",
		"/* one\ntwo */":   "/* one",
		"// " + long(38):   "// " + long(37) + "…",
		"// " + long(37):   "// " + long(37),
		"//\u00a0x":        `//\u00a0x`,
		"// é" + long(100): "// é" + long(36) + "…",
	} {
		if got := firstWords(comment); got != want {
			t.Errorf("firstWords(%q) = %q, want %q", comment, got, want)
		}
	}
}

func long(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = 'x'
	}
	return string(text)
}
