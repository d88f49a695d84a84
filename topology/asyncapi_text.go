package topology

import (
	"go/doc/comment"
	"regexp"
	"slices"
	"strings"
)

// keysOf returns distinct keys for the names in a document. A key is the short form of
// the name. If two names have the same short form, it is the whole name, with the
// characters that keys allow.
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

// shortKey returns a key without import paths.
func shortKey(name string) string { return keyOf(pathElements.ReplaceAllString(name, "")) }

// keyOf replaces characters that are not allowed in the keys of components.
func keyOf(name string) string {
	return strings.Trim(notInKeys.ReplaceAllString(name, "_"), "_")
}

// markdown returns a doc comment in CommonMark, the language of descriptions. Links to
// other declarations become plain text.
func markdown(doc string) string {
	parser := comment.Parser{LookupSym: func(_, _ string) bool { return true }}
	printer := comment.Printer{
		HeadingID:  func(*comment.Heading) string { return "" },
		DocLinkURL: func(*comment.DocLink) string { return "" },
	}
	return strings.TrimSpace(string(printer.Markdown(parser.Parse(doc))))
}
