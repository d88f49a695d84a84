package watermillbridge

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// defaultLimit is the length of a name in PostgreSQL less the longest prefix of Watermill's
// tables.
const defaultLimit = 63 - len("watermill_offsets_")

// topicOf returns the topic of a signal, or an error if the topic is used for something
// else.
func (t *Transport) topicOf(typ string) (string, error) {
	return t.claim(t.topic(typ), "signal "+typ)
}

// deadTopicOf returns the topic of the dead letters of a group, or an error if the topic is
// used for something else.
func (t *Transport) deadTopicOf(typ, group string) (string, error) {
	topic := t.topic(typ) // not shortened: the result is
	return t.claim(t.deadTopic(topic, group), "the dead letters of "+typ+" for group "+group)
}

// claim shortens a topic's name and registers its owner.
func (t *Transport) claim(name, owner string) (string, error) {
	topic := shortened(name, t.topicLimit)
	was, claimed := t.owners.LoadOrStore(topic, owner)
	if claimed && was != owner {
		return "", fmt.Errorf("topic %s is for %s and for %s: each needs its own topic", topic, was, owner)
	}
	return topic, nil
}

// shortened returns a name of at most limit bytes; 0 means no limit. A hash of the whole
// name replaces the beginning, because the end says more. It ends in _h, which no default
// name contains.
func shortened(name string, limit int) string {
	if limit <= 0 || len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) + "_h"
	rest := max(limit-len(hash), 0)
	return hash[:min(len(hash), limit)] + name[len(name)-rest:]
}

// escaped escapes a name as [Topic] says.
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

// defaultDeadTopic joins the names with _d, which neither contains.
func defaultDeadTopic(topic, group string) string {
	return topic + "_dead_" + escaped(group)
}
