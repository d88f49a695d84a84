package watermillbridge

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// defaultLimit is what PostgreSQL leaves of its 63 bytes behind watermill_offsets_,
// the longest prefix of Watermill's tables.
const defaultLimit = 63 - len("watermill_offsets_")

// topicOf returns the topic of a signal. It is an error if another signal, or dead
// letters, have it already.
func (t *Transport) topicOf(typ string) (string, error) {
	return t.claim(t.topic(typ), "signal "+typ)
}

// deadTopicOf returns the topic of the dead letters of a group.
func (t *Transport) deadTopicOf(typ, group string) (string, error) {
	topic := t.topic(typ) // as Topic has it: what is shortened twice says less
	return t.claim(t.deadTopic(topic, group), "the dead letters of "+typ+" for group "+group)
}

// claim shortens a topic's name, and notes whose it is.
func (t *Transport) claim(name, owner string) (string, error) {
	topic := shortened(name, t.topicLimit)
	was, claimed := t.owners.LoadOrStore(topic, owner)
	if claimed && was != owner {
		return "", fmt.Errorf("topic %s is for %s and for %s: each needs one of its own", topic, was, owner)
	}
	return topic, nil
}

// shortened returns a name of at most limit bytes, 0 for any number: a hash of the
// whole name in place of its beginning, for its end says more. No default name has
// _h in it, which ends the hash.
func shortened(name string, limit int) string {
	if limit <= 0 || len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) + "_h"
	rest := max(limit-len(hash), 0)
	return hash[:min(len(hash), limit)] + name[len(name)-rest:]
}

// escaped returns a name with only letters and digits of ASCII, dots and hyphens kept
// as they are. An underscore is followed by another one for a slash, by u for an
// underscore, and by x and two digits for each byte of anything else.
func escaped(name string) string {
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-':
			b.WriteByte(c)
		case c == '/':
			b.WriteString("__")
		case c == '_':
			b.WriteString("_u")
		default:
			fmt.Fprintf(&b, "_x%02x", c)
		}
	}
	return b.String()
}

// defaultDeadTopic puts _d between the names, which neither has in it.
func defaultDeadTopic(topic, group string) string {
	return topic + "_dead_" + escaped(group)
}
