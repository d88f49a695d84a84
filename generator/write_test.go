package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that is changed while signalgen runs is left alone.
func TestChangedDuringTheRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), outputName)
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	generated := header + "\n\npackage p\n"
	write(generated)
	o := &output{path: path, name: outputName, pkg: &pkg{folder: &folder{}}, text: []byte(generated + "\nvar New int\n")}
	for _, now := range []string{generated + "\n// by another run\n", "package p\n"} {
		write(generated)
		var errs Errors
		changes := plan([]*output{o}, &errs)
		if len(changes) != 1 || len(errs) > 0 {
			t.Fatalf("%d changes, errors %v", len(changes), errs)
		}
		write(now)
		if result := apply(changes, &errs); len(result.Written) > 0 {
			t.Errorf("written over %q", now)
		}
		const want = "signals_gen.go: the file was changed while signalgen ran; run signalgen again"
		if errs.Error() != want {
			t.Errorf("got  %v\nwant %s", errs, want)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != now {
			t.Errorf("the file is %q, error %v", text, err)
		}
	}
}

func TestOutputNames(t *testing.T) {
	for constraint, want := range map[string]string{
		"":                   "signals_gen.go",
		"linux":              "signals_linux_gen.go",
		"!linux":             "signals_not_linux_gen.go",
		"amd64 && linux":     "signals_amd64_linux_gen.go",
		"a || b":             "signals_a_or_b_gen.go",
		"go1.26":             "signals_go1-26_HASH_gen.go",
		"wire":               "signals_tag_wire_gen.go",
		"not || b":           "signals_not_or_b_HASH_gen.go",
		"Tag":                "signals_Tag_HASH_gen.go",
		"x_y":                "signals_x_y_HASH_gen.go",
		"(a || b) && c":      "signals_a_or_b_c_HASH_gen.go",
		"a || (b && c)":      "signals_a_or_b_c_HASH_gen.go",
		"!(linux && darwin)": "signals_not_linux_darwin_HASH_gen.go",

		strings.Repeat("tag && ", 60) + "tag": "signals_" + strings.Repeat("tag_", 25) + "_HASH_gen.go",
	} {
		name := outputFor(condition{constraint: constraint}, false)
		if before, after, hashed := strings.Cut(want, "_HASH"); hashed {
			if got := len(name) - len(before) - len(after); got != len("_00000000") || !strings.HasPrefix(name, before) || !strings.HasSuffix(name, after) {
				t.Errorf("%s: %s, want %s", constraint, name, want)
			}
		} else if name != want {
			t.Errorf("%s: %s, want %s", constraint, name, want)
		}
		for _, name := range []string{name, outputFor(condition{true, constraint}, false), outputFor(condition{true, constraint}, true)} {
			if !isOutputName(name) || !platform("none", "none").matches(name, "") {
				t.Errorf("%s is no name of an output, or is not built everywhere", name)
			}
		}
	}
	for _, name := range []string{wireName, "signals.go", "gen.go", "signals_generated.go", "mysignals_gen.go"} {
		if isOutputName(name) {
			t.Errorf("%s is taken for an output", name)
		}
	}
}

func TestTogether(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"", "linux", true},
		{"linux", "linux", true},
		{"linux", "windows", false},
		{"linux", "unix", true},
		{"windows", "unix", false},
		{"android", "linux", true},
		{"ios", "darwin", true},
		{"linux && amd64", "linux && arm64", false},
		{"amd64", "!arm64", true},
		{"amd64", "linux", true},
		{"linux && amd64", "", true},
		{"js && wasm", "", true},
		{"(linux || darwin) && (amd64 || arm64)", "linux && arm64", true},
		{"some", "!some", false},
		{"some && !linux", "other && linux", false},
		{"some || linux", "!some", true},
		{"", "ignore", false},
		{"ignore", "ignore", true},
		{"unix && !linux && !darwin", "", true},
		{"a && b && c && d && e && f && g && h && i && j && k", "!a", true}, // more tags than are tried
	} {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			if got := mayShareBuild(condition{constraint: pair[0]}, condition{test: true, constraint: pair[1]}); got != test.want {
				t.Errorf("%q and %q: %v, want %v", pair[0], pair[1], got, test.want)
			}
		}
	}
}

// Two runs in one package both succeed: a run accepts what the other has done already.
func TestDoneByAnotherRun(t *testing.T) {
	dir := t.TempDir()
	stale := header + "\n\npackage p\n"
	for name, wanted := range map[string][]byte{
		"new_gen.go":    []byte(stale + "\nvar New int\n"),
		"stale_gen.go":  []byte(stale + "\nvar New int\n"),
		"orphan_gen.go": nil,
	} {
		path := filepath.Join(dir, name)
		if name != "new_gen.go" {
			if err := os.WriteFile(path, []byte(stale), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := &output{path: path, name: name, pkg: &pkg{folder: &folder{}}, text: wanted}
		var errs Errors
		first, second := plan([]*output{o}, &errs), plan([]*output{o}, &errs)
		apply(first, &errs)
		apply(second, &errs)
		if len(first) != 1 || len(second) != 1 || len(errs) > 0 {
			t.Errorf("%s: %d and %d changes, errors %v", name, len(first), len(second), errs)
		}
		if text, _ := os.ReadFile(path); string(text) != string(wanted) {
			t.Errorf("%s holds %q", name, text)
		}
	}
}

func TestIsGenerated(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                false,
		header:                            true,
		header + "\r\n\r\npackage p\r\n":  true,
		"\ufeff" + header + "\npackage p": true,
		"\n\n  " + header + "\npackage p": true,
		"<<<<<<< HEAD\n" + header + "\n=======\npackage p\n":            true,
		"// Copyright nobody.\n\n" + header + "\n\npackage p\n":         true,
		"/*\nCopyright nobody.\n\npackage of all\n*/\n" + header + "\n": true,
		"package p\n\n" + header + "\n":                                 false,
		"/*\n" + header + "\n*/\npackage p\n":                           false,
		"// " + header + "\npackage p\n":                                false,
		header + " Or do.\npackage p\n":                                 false,
	} {
		if got := isGenerated([]byte(text)); got != want {
			t.Errorf("isGenerated(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestAbove(t *testing.T) {
	generated := header + "\n\npackage p\n"
	for text, want := range map[string]string{
		generated:                              "",
		"// Copyright nobody.\n\n" + generated: "// Copyright nobody.\n\n",
		"\ufeff\n/* Copyright\r\n nobody. */\r\n" + generated:                  "/* Copyright\r\n nobody. */\r\n",
		"<<<<<<< HEAD\n// Copyright nobody.\n=======\n>>>>>>> x\n" + generated: "// Copyright nobody.\n",
		"//go:build linux\n// +build linux\n" + generated:                      "",
		"var X int\n" + generated:                                              "",
		"package p\n":                                                          "",
	} {
		if got := string(leadingComments([]byte(text))); got != want {
			t.Errorf("above(%q) = %q, want %q", text, got, want)
		}
	}
}
