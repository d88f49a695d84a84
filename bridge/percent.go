package bridge

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

// encoded returns a value as a header may hold it: what is not printable US-ASCII,
// spaces, double quotes and percent signs are percent-encoded.
func encoded(value string) string {
	first := strings.IndexFunc(value, isUnsafe)
	if first < 0 {
		return value
	}
	const hex = "0123456789ABCDEF"
	b := make([]byte, first, len(value)+16)
	copy(b, value)
	for i := first; i < len(value); i++ {
		if c := value[i]; isUnsafe(rune(c)) {
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// isPlain reports whether a header may hold a value as it is.
func isPlain(value string) bool {
	return strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// isToken reports whether a header may have the name.
func isToken(name string) bool {
	return name != "" && strings.IndexFunc(name, func(c rune) bool { return isUnsafe(c) || c == ':' }) < 0
}

func isUnsafe(c rune) bool { return c <= ' ' || c == '"' || c == '%' || c > '~' }

// decoded returns what encoded has made a header of. A value may stand in double
// quotes, in which a backslash takes the meaning from what follows.
func decoded(value string) (string, error) {
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = unquoted(value[1 : len(value)-1])
	}
	if strings.IndexByte(value, '%') < 0 {
		return value, nil
	}
	value, err := url.PathUnescape(value)
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(value) {
		return "", errors.New("what is percent-encoded is not UTF-8")
	}
	return value, nil
}

func unquoted(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' && i+1 < len(value) {
			i++
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
