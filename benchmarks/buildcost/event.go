package main

import "fmt"

// A kind is a form of signal.
type kind string

const (
	payload   kind = "payload"
	signature kind = "signature"
)

// An event is a signal of a program, determined by its kind and number. Events with
// different numbers have fields or parameters of different types.
type event struct {
	kind   kind
	number int
}

// name is the name of the event's type.
func (e event) name() string { return fmt.Sprintf("Event%d", e.number) }

// basic are the types of a payload's fields.
var basic = []string{"string", "int", "bool", "float64", "[]byte", "[]string", "map[string]int", "*int", "int64", "[4]int", "error"}

// values returns the types of the event's fields or parameters.
func (e event) values() []string {
	if e.kind == signature {
		return e.foreignValues()
	}
	return e.basicValues()
}

// basicValues returns the digits of the event's number, with the basic types as digits.
func (e event) basicValues() (list []string) {
	for n := e.number + 1; n > 0; n = (n - 1) / len(basic) {
		list = append(list, basic[(n-1)%len(basic)])
	}
	return list
}

// foreignValues returns 2 to 8 types. Each begins its digits with another type, so that
// small numbers do not repeat a type.
func (e event) foreignValues() (list []string) {
	rest := e.number / 7
	for i := range 2 + e.number%7 {
		list = append(list, foreign[(rest+i)%len(foreign)])
		rest /= len(foreign)
	}
	return list
}

// result returns the type of the value that the event's receivers return, or "", and
// whether they return an error. Signatures have all four forms.
func (e event) result() (value string, fails bool) {
	if e.kind == payload {
		return "", true
	}
	if e.number%4 >= 2 {
		value = foreign[e.number/4%len(foreign)]
	}
	return value, e.number%2 == 1
}

// params returns the parameters, with their names, of a receiver and of a send. The
// qualifier is that of the event's package, or empty inside it.
func (e event) params(qualifier string) string {
	if e.kind == payload {
		return "ctx context.Context, data " + qualifier + e.name()
	}
	text := "ctx context.Context"
	for i, t := range e.values() {
		text += fmt.Sprintf(", v%d %s", i, t)
	}
	return text
}

// args returns what a func with these parameters passes on.
func (e event) args() string {
	if e.kind == payload {
		return "ctx, data"
	}
	text := "ctx"
	for i := range e.values() {
		text += fmt.Sprintf(", v%d", i)
	}
	return text
}

// declaration returns the event's type. In code by hand, the directive is a mere
// comment.
func (e event) declaration() string {
	text := fmt.Sprintf("\n// %[1]s is an event.\n//\n//signalgen:signal\ntype %[1]s ", e.name())
	if e.kind == signature {
		return text + "func(" + e.params("") + ")" + e.results("") + "\n"
	}
	text += "struct {\n"
	for i, t := range e.values() {
		text += fmt.Sprintf("\tV%d %s\n", i, t)
	}
	return text + "}\n"
}

// results returns the results of a func type, after a space. The prefix goes before the
// type of the value.
func (e event) results(prefix string) string {
	switch value, fails := e.result(); {
	case value != "" && fails:
		return " (" + prefix + value + ", error)"
	case value != "":
		return " " + prefix + value
	case fails:
		return " error"
	}
	return ""
}

// named returns the results of a receiver with names, so that it can return without
// values.
func (e event) named() string {
	switch value, fails := e.result(); {
	case value != "" && fails:
		return " (value " + value + ", err error)"
	case value != "":
		return " (value " + value + ")"
	case fails:
		return " (err error)"
	}
	return ""
}
