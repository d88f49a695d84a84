package generator

import (
	"slices"
	"testing"
)

func TestMatcher(t *testing.T) {
	packages := []*pkg{
		{folder: &folder{path: "/m"}, path: "example.com/m"},
		{folder: &folder{path: "/m/cmd/app"}, path: "example.com/m/cmd/app"},
		{folder: &folder{path: "/m/mail"}, path: "example.com/m/mail"},
		{folder: &folder{path: "/m/mail/old"}, path: "example.com/m/mail/old"},
		{folder: &folder{path: "/m/mailer"}, path: "example.com/m/mailer"},
	}
	for pattern, want := range map[string][]string{
		".":                      {"/m/cmd/app"},
		"../../mail":             {"/m/mail"},
		"../../mail/":            {"/m/mail"},
		"../../mail/...":         {"/m/mail", "/m/mail/old"},
		"../../mail...":          {"/m/mail", "/m/mail/old", "/m/mailer"},
		"../...":                 {"/m/cmd/app"},
		"example.com/m/mail":     {"/m/mail"},
		"example.com/m/mail/...": {"/m/mail", "/m/mail/old"},
		"example.com/.../old":    {"/m/mail/old"},
		"example.com/m.mail":     nil,
		"mail":                   nil,
		"":                       nil,
		"\xff...":                nil,
	} {
		var got []string
		isMatch := matcher(pattern, "/m/cmd/app")
		for _, p := range packages {
			if isMatch(p) {
				got = append(got, p.folder.path)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q matches %v, want %v", pattern, got, want)
		}
	}
}
