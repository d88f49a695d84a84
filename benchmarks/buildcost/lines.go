package main

import (
	"os"
	"path/filepath"
	"strings"
)

// lines counts the lines of a file that are not comments.
type lines struct{ code, blank int }

// countLines counts the lines of a text, except lines that are only a comment.
func countLines(text string) (n lines) {
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case line == "":
			n.blank++
		case !strings.HasPrefix(line, "//"):
			n.code++
		}
	}
	return n
}

// lines counts the lines of a program's code for signals.
func (b builder) lines(p program) (sum lines, err error) {
	for i := range p.size.Packages {
		text, err := os.ReadFile(filepath.Join(b.dir(p), packageName(i), p.style.file()))
		if err != nil {
			return sum, err
		}
		n := countLines(string(text))
		sum.code += n.code
		sum.blank += n.blank
	}
	return sum, nil
}
