package sqlbridge

import (
	"context"
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

// Publish stores an envelope: in the transaction of ctx, if it has one of [WithTx] or
// [InTx], else by itself. Then, while the database cannot be reached or SQLite is
// busy, it waits until ctx is done.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	if err := t.publish(ctx, e); err != nil {
		return fmt.Errorf("sql bridge: %w", err)
	}
	return nil
}

func (t *Transport) publish(ctx context.Context, e *bridge.Envelope) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	args, err := t.arguments(e)
	if err != nil {
		return err
	}
	if in := transactionOf(ctx); in != nil {
		over, err := in.over()
		if err != nil {
			return err
		}
		if !over {
			listened, err := t.store(ctx, in.tx, args, !in.own)
			if err == nil {
				in.note(t, e.Type, listened && in.own)
			}
			return err
		}
	}
	var listened bool
	err = again(ctx, isPassing, func() error {
		return t.together(ctx, func(db conn) (err error) {
			listened, err = t.store(ctx, db, args, false)
			return err
		})
	})
	if err == nil {
		t.committed(e.Type, listened)
	}
	return err
}

// store stores what the arguments of toStore are. With notify the transaction notifies
// the listeners of other processes when it is committed. listened says whether there are
// any, who are to be notified after the commit otherwise.
func (t *Transport) store(ctx context.Context, tx Tx, args []any, notify bool) (listened bool, err error) {
	if t.text[toNotify] != "" {
		channel := ""
		if notify {
			channel = t.channel()
		}
		result, err := tx.ExecContext(ctx, t.text[toStore], append(args, channel)...)
		if err != nil {
			return false, err
		}
		groups, err := result.RowsAffected() // that have listeners; at most one
		return groups > 0, err
	}
	result, err := tx.ExecContext(ctx, t.text[toStore], args...)
	if err != nil {
		return false, err
	}
	id, err := result.LastInsertId()
	if err == nil {
		_, err = tx.ExecContext(ctx, t.text[toFanOut], id)
	}
	return false, err
}

// committed wakes the subscriptions to a type for which something has been committed.
func (t *Transport) committed(typ string, listened bool) {
	t.wake(typ)
	if listened {
		t.notifier.notify(typ)
	}
}

// longestType and longestGroup bound what is in indexes.
const longestType, longestGroup = 500, 200

// arguments returns those of toStore.
func (t *Transport) arguments(e *bridge.Envelope) ([]any, error) {
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
		data = []byte{} // no NULL
	}
	args := []any{e.Type, e.Source, e.ID, sent, e.ContentType, e.Key, e.TraceParent, e.TraceState, extensions, data, lane(e.Key)}
	if err := checkType(e.Type); err != nil {
		return nil, err
	}
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

// checkText looks for what databases do not take, before one of them ends the
// transaction because of it.
func checkText(text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fmt.Errorf("found attribute %.100q, wanted UTF-8 without NUL", text)
	}
	return nil
}

// lane is what a key is in deliveries: 0 for none.
func lane(key string) int64 {
	if key == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(key))
	return int64(binary.BigEndian.Uint64(sum[:])) | 1
}

// scanEnvelope reads what columns are, behind other columns. found is false if they
// are NULL.
func scanEnvelope(scan func(to ...any) error, before ...any) (e *bridge.Envelope, found bool, err error) {
	var text [9]*string
	var data []byte
	to := before
	for i := range text {
		to = append(to, &text[i])
	}
	if err := scan(append(to, &data)...); err != nil || text[0] == nil {
		return nil, false, err
	}
	e = &bridge.Envelope{
		Source: *text[0], Type: *text[1], ID: *text[2], ContentType: *text[4],
		Key: *text[5], TraceParent: *text[6], TraceState: *text[7], Data: data,
	}
	if sent := *text[3]; sent != "" {
		e.Time, err = time.Parse(time.RFC3339Nano, sent)
	}
	if extensions := *text[8]; extensions != "" {
		err = errors.Join(err, json.Unmarshal([]byte(extensions), &e.Extensions))
	}
	return e, true, err
}
