package generator

import "testing"

func TestAssumedName(t *testing.T) {
	for path, want := range map[string]string{
		"context":                   "context",
		"net/http":                  "http",
		"example.com/shop/v2":       "shop",
		"gopkg.in/yaml.v3":          "yaml",
		"example.com/go-redis":      "redis",
		"example.com/my-lib":        "my",
		"v2":                        "v2",
		"example.com/v2beta":        "v2beta",
		"example.com/données":       "données",
		"github.com/x/signalgen.go": "signalgen",
	} {
		if got := assumedName(path); got != want {
			t.Errorf("assumedName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestParentName(t *testing.T) {
	for path, want := range map[string]string{
		"context":               "std",
		"net/http":              "net",
		"example.com/my-lib/v2": "mylib",
		"gopkg.in/Yaml.v3":      "gopkgin",
	} {
		if got := parentName(path); got != want {
			t.Errorf("parentName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestLintName(t *testing.T) {
	for name, want := range map[string]string{
		"":             "",
		"_":            "",
		"id":           "id",
		"ID":           "id",
		"userId":       "userID",
		"user_id":      "userID",
		"api_url":      "apiURL",
		"APIUrl":       "apiURL",
		"HTTPServer":   "httpServer",
		"urlPath":      "urlPath",
		"URLs":         "urLs",
		"_int":         "int",
		"a_b":          "aB",
		"x1":           "x1",
		"Price":        "price",
		"été_à":        "étéÀ",
		"héTé_Überall": "héTéÜberall",
	} {
		if got := lintName(name); got != want {
			t.Errorf("lintName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	taken := make(scope)
	taken.add("a", "b", "b2")
	for _, test := range []struct {
		wanted []string
		want   string
	}{
		{[]string{"free"}, "free"},
		{[]string{"free"}, "free2"},
		{[]string{"a", "c"}, "c"},
		{[]string{"a", "b"}, "b3"},
		{[]string{"range", "rangeArg"}, "rangeArg"},
		{[]string{"len"}, "len2"},
		{[]string{"_"}, "x_2"},
		{[]string{"01", "2024"}, "x20242"},
		{[]string{""}, "x2"},
	} {
		if got := taken.pick(test.wanted...); got != test.want {
			t.Errorf("pick(%q) = %q, want %q", test.wanted, got, test.want)
		}
	}
}
