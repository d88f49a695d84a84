package topology

import (
	"go/doc/comment"
	"regexp"
	"slices"
	"strings"
)

// keysOf returns the keys in a document of names that are all different: what short makes
// of them, or of two for which that is the same, all that keys can have.
func keysOf(names []string, short func(string) string) map[string]string {
	times := make(map[string]int)
	for _, name := range names {
		times[short(name)]++
	}
	keys, taken := make(map[string]string), make(map[string]bool)
	for _, name := range slices.Sorted(slices.Values(names)) {
		key := short(name)
		if times[key] > 1 {
			key = keyOf(name)
		}
		for taken[key] {
			key += "_"
		}
		keys[name], taken[key] = key, true
	}
	return keys
}

var (
	pathElements = regexp.MustCompile(`[^\[\]*, ]+/`)
	notInKeys    = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
)

// shortKey is a key without import paths.
func shortKey(name string) string { return keyOf(pathElements.ReplaceAllString(name, "")) }

// keyOf replaces what the keys of components cannot have.
func keyOf(name string) string {
	return strings.Trim(notInKeys.ReplaceAllString(name, "_"), "_")
}

// markdown returns a doc comment in the language of descriptions, CommonMark. Links to
// other declarations become plain text.
func markdown(doc string) string {
	parser := comment.Parser{LookupSym: func(_, _ string) bool { return true }}
	printer := comment.Printer{
		HeadingID:  func(*comment.Heading) string { return "" },
		DocLinkURL: func(*comment.DocLink) string { return "" },
	}
	return strings.TrimSpace(string(printer.Markdown(parser.Parse(doc))))
}
