package sqlbridge

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/signalgen/signalgen/bridge"
)

// The columns type and name are parts of indexes, which bounds their length in bytes.
const longestType, longestGroup = 500, 200

// eventArgs returns the arguments of insertEvent for an envelope.
func eventArgs(e *bridge.Envelope) ([]any, error) {
	if err := checkType(e.Type); err != nil {
		return nil, err
	}
	sent, extensions := "", ""
	if !e.Time.IsZero() {
		sent = e.Time.Format(time.RFC3339Nano)
	}
	if len(e.Extensions) > 0 {
		text, err := json.Marshal(e.Extensions)
		if err != nil {
			return nil, err
		}
		extensions = string(text)
	}
	data := e.Data
	if data == nil {
		data = []byte{} // not NULL
	}
	args := []any{e.Type, e.Source, e.ID, sent, e.ContentType, e.Key, e.TraceParent, e.TraceState, extensions, data, hashKey(e.Key)}
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			if err := checkText(text); err != nil {
				return nil, err
			}
		}
	}
	return args, nil
}

func checkType(typ string) error {
	if typ == "" || len(typ) > longestType {
		return fmt.Errorf("found type %.100q of %d bytes, wanted 1 to %d", typ, len(typ), longestType)
	}
	return checkText(typ)
}

func checkGroup(group string) error {
	if group == "" || len(group) > longestGroup {
		return fmt.Errorf("found group %.100q of %d bytes, wanted 1 to %d", group, len(group), longestGroup)
	}
	return checkText(group)
}

// checkText rejects what databases reject, because PostgreSQL aborts the caller's
// transaction when it does.
func checkText(text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fmt.Errorf("found attribute %.100q, wanted UTF-8 without NUL", text)
	}
	return nil
}

// hashKey returns the hash of a key, 0 for no key.
func hashKey(key string) int64 {
	if key == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(key))
	return int64(binary.BigEndian.Uint64(sum[:])) | 1
}

// scanEnvelope scans other columns and envelopeColumns. It returns a nil envelope if
// these are NULL, in the result of an outer join.
func scanEnvelope(scan scanner, others ...any) (*bridge.Envelope, error) {
	var text [9]*string
	var data []byte
	dest := others
	for i := range text {
		dest = append(dest, &text[i])
	}
	if err := scan(append(dest, &data)...); err != nil || text[0] == nil {
		return nil, err
	}
	e := &bridge.Envelope{
		Source: *text[0], Type: *text[1], ID: *text[2], ContentType: *text[4],
		Key: *text[5], TraceParent: *text[6], TraceState: *text[7], Data: data,
	}
	var err error
	if sent := *text[3]; sent != "" {
		e.Time, err = time.Parse(time.RFC3339Nano, sent)
	}
	if extensions := *text[8]; extensions != "" {
		err = errors.Join(err, json.Unmarshal([]byte(extensions), &e.Extensions))
	}
	return e, err
}
