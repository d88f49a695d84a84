package natsbridge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// maxName is the maximum size of a consumer's name in bytes; servers and file systems allow
// 255.
const maxName = 200

// subject returns the subject of a type: the prefix, a dot and the type. Letters, digits,
// _, - and / are unchanged, as is a dot between two of them, so that shop.order.placed
// matches shop.order.*. Other bytes are percent-encoded.
func subject(prefix, typ string) string {
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte('.')
	for i := range len(typ) {
		c := typ[i]
		dot := c == '.' && i > 0 && i < len(typ)-1 && typ[i-1] != '.'
		if dot || c == '/' || isPlain(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// consumerName returns the name of the consumer of a group and a type, such as
// mailer@order~placed: their tokens with an @ between them. A name longer than maxName is
// cut and ends in a hash of the whole.
func consumerName(group, typ string) string {
	name := token(group) + "@" + token(typ)
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:12])
	return name[:maxName-1-len(hash)] + "=" + hash
}

// token encodes a text as a name or a token of a subject: ~ is a dot, + a slash, and bytes
// other than letters, digits, _ and - are percent-encoded.
func token(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case isPlain(c):
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

// untoken decodes a token; it returns "" for what token does not return.
func untoken(text string) string {
	back, _ := url.PathUnescape(strings.NewReplacer("~", ".", "+", "/").Replace(text))
	if token(back) != text {
		return ""
	}
	return back
}

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}
