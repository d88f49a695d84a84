package main

import "fmt"

// An event is a signal of a program, told by its number: two of different
// numbers have fields or parameters of other types.
type event int

// name is the name of the event's type.
func (e event) name() string { return fmt.Sprintf("Event%d", int(e)) }

// signature reports whether the event is a signature: one of four is.
func (e event) signature() bool { return e%4 == 0 }

// types are those of fields, parameters and results.
var types = []string{"string", "int", "bool", "float64", "[]byte", "[]string", "map[string]int", "*int", "int64", "[4]int", "error"}

// values returns the types of the event's fields or parameters. They are the
// digits of its number, if types are the digits.
func (e event) values() (list []string) {
	for n := int(e) + 1; n > 0; n = (n - 1) / len(types) {
		list = append(list, types[(n-1)%len(types)])
	}
	return list
}

// result returns the type of the value that the event's receivers return, if
// they do, and whether they return an error. Signatures have all four forms.
func (e event) result() (value string, fails bool) {
	if !e.signature() {
		return "", true
	}
	form := int(e) / 4 % 4
	if form >= 2 {
		value = types[int(e)/16%len(types)]
	}
	return value, form%2 == 1
}

// params returns the parameters, with their names, of a receiver and of a send.
func (e event) params() string {
	if !e.signature() {
		return "ctx context.Context, data " + e.name()
	}
	text := "ctx context.Context"
	for i, t := range e.values() {
		text += fmt.Sprintf(", v%d %s", i, t)
	}
	return text
}

// args returns what a func with these parameters passes on.
func (e event) args() string {
	if !e.signature() {
		return "ctx, data"
	}
	text := "ctx"
	for i := range e.values() {
		text += fmt.Sprintf(", v%d", i)
	}
	return text
}

// declaration returns the event's type, with the directive or without.
func (e event) declaration(directive bool) string {
	mark := ""
	if directive {
		mark = "//\n//signalgen:signal\n"
	}
	text := fmt.Sprintf("\n// %[1]s is an event.\n%[2]stype %[1]s ", e.name(), mark)
	if e.signature() {
		return text + "func(" + e.params() + ")" + e.results("") + "\n"
	}
	text += "struct {\n"
	for i, t := range e.values() {
		text += fmt.Sprintf("\tV%d %s\n", i, t)
	}
	return text + "}\n"
}

// results returns the results of a func type, with a space before them, whose
// value has the prefix before its type.
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

// named returns the results of a receiver with names, so that it can return
// without any.
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
