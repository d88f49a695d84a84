package natsbridge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// maxName is what a consumer's name may have; the server allows 255 bytes, and a
// file system as many.
const maxName = 200

// subject is where the envelopes of a type are published: the prefix, a dot and
// the type. Letters, digits, _, - and / stand for themselves, as does a dot
// between two of them, so that shop.order.placed is under shop.order.*. Any other
// byte is written as in a URL: % and two hexadecimal digits.
func subject(prefix, typ string) string {
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte('.')
	for i := range len(typ) {
		c := typ[i]
		dot := c == '.' && i > 0 && i < len(typ)-1 && typ[i-1] != '.'
		if dot || c == '/' || plain(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// consumerName is the durable name of a group that listens to a type:
// mailer@order~placed. In both parts a dot is written as ~, a slash as +, and any
// byte but letters, digits, _ and - as in a URL. What would be over 200 bytes ends
// in a hash of the whole.
func consumerName(group, typ string) string {
	name := token(group) + "@" + token(typ)
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:12])
	return name[:maxName-1-len(hash)] + "=" + hash
}

// token writes a text without what names and the parts of a subject cannot have.
func token(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case plain(c):
			b.WriteByte(c)
		case c == '.':
			b.WriteByte('~')
		case c == '/':
			b.WriteByte('+')
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// untoken returns what token has written; "" for what it has not.
func untoken(text string) string {
	back, _ := url.PathUnescape(strings.NewReplacer("~", ".", "+", "/").Replace(text))
	if token(back) != text {
		return ""
	}
	return back
}

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}
