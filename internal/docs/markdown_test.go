// Package docs tests the README and the pages in docs: every block of code is compiled or
// run, and every link leads somewhere.
//
// The info string of a block says what to do with it:
//
//   - go: declarations or statements, which are compiled together with the others of the
//     page. Statements that end with an "// Output:" comment are run, and so are tests.
//   - go PATH, or any language and a path: a file in the folder of the page. If the page
//     runs nothing, its other blocks may use the package of a Go file.
//   - diff PATH: a change of such a file
//   - sh: commands that are run in the folder of the page and must not fail
//   - console: commands after "$ ", and what they print. "…" stands for any text, alone on
//     a line for any lines.
//   - console background: one that runs until the page ends, and has printed that by then
//   - sh norun: REASON, also for other languages: left alone
//   - text, mermaid: left alone
//
// An HTML comment has what a reader need not see. Its first word is "txtar" before
// files for the folder, "sh" before commands, and "with" before declarations for the Go
// code of the page.
package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// root is the root of the repository.
const root = "../.."

// A page is a Markdown file.
type page struct {
	path     string // relative to root
	blocks   []block
	headings []string // their anchors
	links    []link
	lines    int
}

// A block is a fenced one, or a comment that has something for the test.
type block struct {
	lang, args string
	text       string
	line       int    // of its first line of text
	intro      string // what stands between it and the block or heading before
}

// A link is the target of a link, and its line.
type link struct {
	target string
	line   int
}

// pages returns all pages.
func pages(t *testing.T) []page {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"*.md", "docs/*.md", "benchmarks/*.md", "runtime/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%d pages are %s, error %v", len(found), pattern, err)
		}
		paths = append(paths, found...)
	}
	var all []page
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parsePage(string(text))
		if err != nil {
			t.Errorf("%s:%v", path, err)
		}
		if p.path, err = filepath.Rel(root, path); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// plays reports whether the page has something to run.
func (p page) plays() bool {
	for _, b := range p.blocks {
		if (b.lang == "sh" || b.lang == "console") && !b.idle() {
			return true
		}
	}
	return false
}

// idle reports whether a block is left alone, for the reason that it gives.
func (b block) idle() bool { return strings.HasPrefix(b.args, "norun: ") }

// The first words of comments that have something for the test.
var hidden = []string{"<!-- txtar", "<!-- with", "<!-- sh"}

var (
	heading    = regexp.MustCompile(`^#+ +(.*?)\s*$`)
	linkTarget = regexp.MustCompile(`\]\(<?([^)\s>]*)>?[^)]*\)`)
	inlineCode = regexp.MustCompile("``.*?``|`[^`]*`")
	image      = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
)

// parsePage finds the blocks, headings and links of a page.
func parsePage(text string) (page, error) {
	var p page
	var open *block
	end, indent, before, intro := "", "", "", ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open != nil && trimmed == end:
			open.intro, intro = intro, ""
			p.blocks = append(p.blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case strings.HasPrefix(trimmed, "```"):
			lang, args, _ := strings.Cut(strings.TrimPrefix(trimmed, "```"), " ")
			if lang == "" {
				return p, fmt.Errorf("%d: a block without a language", i+1)
			}
			open, end = &block{lang: lang, args: args, line: i + 2}, "```"
			indent, _, _ = strings.Cut(line, "`")
		case slices.Contains(hidden, trimmed):
			open, end, indent = &block{lang: strings.TrimPrefix(trimmed, "<!-- "), line: i + 2}, "-->", ""
		case strings.HasPrefix(line, "    ") && before == "":
			return p, fmt.Errorf("%d: a block that is only indented", i+1)
		default:
			if m := heading.FindStringSubmatch(line); m != nil {
				p.headings = append(p.headings, p.anchor(m[1]))
				intro = ""
			}
			intro += line + "\n"
			for _, m := range linkTarget.FindAllStringSubmatch(inlineCode.ReplaceAllString(line, ""), -1) {
				p.links = append(p.links, link{m[1], i + 1})
			}
		}
		p.lines, before = i, trimmed
	}
	if open != nil {
		return p, fmt.Errorf("%d: the block has no end", open.line-1)
	}
	return p, nil
}

// anchor returns the name by which GitHub links to a heading.
func (p page) anchor(title string) string {
	title = image.ReplaceAllString(title, "$1")
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
	for n, once := 1, name; slices.Contains(p.headings, name); n++ {
		name = fmt.Sprint(once, "-", n)
	}
	return name
}

func TestParsePage(t *testing.T) {
	p, err := parsePage("# A `b`, c\n\n[x](y.md#z) `[no](link)` ![i](i.png)\n\n  ```go main.go\n  package main\n  ```\n<!-- with\nvar x int\n-->\n## A b c\n")
	if err != nil {
		t.Fatal(err)
	}
	want := page{
		blocks: []block{
			{"go", "main.go", "package main\n", 6, "# A `b`, c\n\n[x](y.md#z) `[no](link)` ![i](i.png)\n\n"},
			{"with", "", "var x int\n", 9, ""},
		},
		headings: []string{"a-b-c", "a-b-c-1"},
		links:    []link{{"y.md#z", 3}, {"i.png", 3}},
		lines:    11,
	}
	if fmt.Sprint(p) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", p, want)
	}
	for _, wrong := range []string{"```\n```\n", "```go\n", "a\n\n    b\n"} {
		if _, err := parsePage(wrong); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
}
