package bridge

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

// encoded returns a value with what a header cannot have percent-encoded: what is not
// printable US-ASCII, spaces, double quotes and percent signs.
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

// isPlain reports whether a header can have the value without encoding.
func isPlain(value string) bool {
	return strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// isToken reports whether name can be the name of a header.
func isToken(name string) bool {
	return name != "" && strings.IndexFunc(name, func(c rune) bool { return isUnsafe(c) || c == ':' }) < 0
}

func isUnsafe(c rune) bool { return c <= ' ' || c == '"' || c == '%' || c > '~' }

// decoded reverses encoded. The value may be in double quotes, with backslashes before
// characters that are meant literally.
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
		return "", errors.New("the percent-encoded value is not UTF-8")
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
