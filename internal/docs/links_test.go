package docs

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLinks follows every relative link, and checks the form of the others.
func TestLinks(t *testing.T) {
	all := pages(t)
	linked := map[string]bool{"README.md": true}
	for _, p := range all {
		for _, l := range p.links {
			path, problem := follow(all, p, l.target)
			if problem != "" {
				t.Errorf("%s:%d: %s: %s", p.path, l.line, l.target, problem)
			}
			if path != p.path {
				linked[path] = true
			}
		}
	}
	for _, p := range all {
		if !linked[p.path] {
			t.Errorf("no page links to %s", p.path)
		}
	}
}

// follow returns the file that a link leads to, if it is in the repository, and what is
// wrong with the link.
func follow(all []page, from page, target string) (path, problem string) {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return "", err.Error()
	case u.Scheme != "" && u.Scheme != "https":
		return "", "not https"
	case u.Scheme != "":
		if !strings.Contains(u.Host, ".") {
			return "", "no host"
		}
		return "", ""
	}
	path = from.path
	if u.Path != "" {
		path = filepath.Join(filepath.Dir(from.path), u.Path)
	}
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		return path, "no such file"
	}
	if u.Fragment == "" {
		return path, ""
	}
	i := slices.IndexFunc(all, func(p page) bool { return p.path == path })
	switch {
	case i < 0:
		return path, "anchors are only in the pages that are tested"
	case !slices.Contains(all[i].headings, u.Fragment):
		return path, "no such heading"
	}
	return path, ""
}

func TestFollow(t *testing.T) {
	all := []page{{path: "README.md", headings: []string{"speed"}}, {path: "docs/faq.md"}}
	for target, right := range map[string]bool{
		"../README.md":       true,
		"../README.md#speed": true,
		"../README.md#cost":  false,
		"#speed":             false,
		"gone.md":            false,
		"../runtime":         true,
		"http://example.com": false,
		"https://go.dev/doc": true,
		"https://localhost":  false,
	} {
		if _, problem := follow(all, all[1], target); (problem == "") != right {
			t.Errorf("%s: %q", target, problem)
		}
	}
}

// TestNames checks that a page names each file before it shows it: GitHub does not show
// the info string.
func TestNames(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.args != "" && !b.idle() && b.args != "background" && !strings.Contains(b.intro, "`"+b.args+"`") {
				t.Errorf("%s:%d: %s is not named", p.path, b.line, b.args)
			}
		}
	}
}

// TestREADME checks the length of the README, and that its commands are those of
// .ci/run.
func TestREADME(t *testing.T) {
	all := pages(t)
	readme := all[slices.IndexFunc(all, func(p page) bool { return p.path == "README.md" })]
	if readme.lines > 180 {
		t.Errorf("the README has %d lines, may have 180", readme.lines)
	}
	ci, err := os.ReadFile(filepath.Join(root, ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(readme.blocks, func(b block) bool { return strings.Contains(b.args, ".ci/run") })
	if i < 0 {
		t.Fatal("the README has no commands of the repository")
	}
	for line := range strings.Lines(readme.blocks[i].text) {
		if !strings.Contains(string(ci), "\n"+line) {
			t.Errorf(".ci/run does not run %s", line)
		}
	}
}
