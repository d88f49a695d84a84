package bridge

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
)

// keyOf returns a key for a sender that is the same in every process: its text if it has
// one, otherwise its JSON.
func keyOf(sender any) (string, error) {
	value := reflect.ValueOf(sender)
	if !value.IsValid() || value.Kind() == reflect.Pointer && value.IsNil() {
		return "", nil
	}
	switch sender := sender.(type) {
	case string:
		return sender, nil
	case encoding.TextMarshaler:
		text, err := sender.MarshalText()
		return string(text), err
	case fmt.Stringer:
		return sender.String(), nil
	}
	if value.Kind() == reflect.String {
		return value.String(), nil
	}
	text, err := json.Marshal(sender)
	if err != nil {
		return "", fmt.Errorf("the sender has no key: %w", err)
	}
	return string(text), nil
}
