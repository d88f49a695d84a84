package generator

import (
	"go/token"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lintName returns a parameter's name as linters want it: without underscores, with a
// lower-case first letter and initialisms in one case. It returns "" for a parameter
// that has no name.
func lintName(name string) string {
	words := splitWords(lowerFirst(strings.TrimLeft(name, "_")))
	for i, word := range words {
		upper := strings.ToUpper(word)
		switch {
		case i == 0:
			// An initialism at the start is in lower case.
		case slices.Contains(initialisms, upper):
			words[i] = upper
		default:
			words[i] = upperFirst(word)
		}
	}
	return strings.Join(words, "")
}

// exportedName returns the name of the field for a parameter.
func exportedName(name string) string {
	words := splitWords(name)
	if upper := strings.ToUpper(words[0]); slices.Contains(initialisms, upper) {
		words[0] = upper
	} else {
		words[0] = upperFirst(words[0])
	}
	if name := strings.Join(words, ""); token.IsExported(name) {
		return name
	}
	return "Arg" + name // a digit, or a letter of a script without upper case
}

// lowerFirst puts the upper-case letters at the start of a word into lower case, except
// the last one if it begins a word: ID becomes id, and HTTPServer httpServer.
func lowerFirst(word string) string {
	rest := strings.TrimLeftFunc(word, unicode.IsUpper)
	capitals := word[:len(word)-len(rest)]
	if rest != "" && utf8.RuneCountInString(capitals) > 1 {
		_, size := utf8.DecodeLastRuneInString(capitals)
		rest = capitals[len(capitals)-size:] + rest
		capitals = capitals[:len(capitals)-size]
	}
	return strings.ToLower(capitals) + rest
}

// upperFirst puts the first letter of a word into upper case.
func upperFirst(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// splitWords splits a name at underscores and before upper-case letters that follow a
// lower-case one.
func splitWords(name string) []string {
	var words []string
	for _, part := range strings.Split(name, "_") {
		start := 0
		runes := []rune(part)
		for i := 1; i < len(runes); i++ {
			if unicode.IsLower(runes[i-1]) && unicode.IsUpper(runes[i]) {
				words = append(words, string(runes[start:i]))
				start = i
			}
		}
		if start < len(runes) {
			words = append(words, string(runes[start:]))
		}
	}
	return words
}

// initialisms are the words that are written in one case, as in staticcheck's ST1003.
var initialisms = []string{
	"ACL", "AMQP", "API", "ASCII", "CPU", "CSS", "DB", "DNS", "EOF", "GID", "GUID", "HTML", "HTTP", "HTTPS",
	"ID", "IP", "JSON", "QPS", "RAM", "RPC", "RTP", "SIP", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TS",
	"TTL", "UDP", "UI", "UID", "URI", "URL", "UTF8", "UUID", "VM", "XML", "XMPP", "XSRF", "XSS",
}
