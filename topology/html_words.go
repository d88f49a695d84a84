package topology

import (
	"fmt"
	"strconv"
	"strings"
)

// sendHow says what is special about a send.
func sendHow(s Send) string {
	var words pageWords
	words.addIf(s.Way != WaySend && s.Way != WayChained, string(s.Way))
	words.addIf(s.Way == WayChained, "as a receiver")
	words.addTypeArgs(s.TypeArgs)
	words.addIf(s.Value, "as a value")
	words.addIf(s.Conditional, "not always")
	words.addIf(s.Concurrent, "in a goroutine")
	words.addIf(s.Test, "in a test")
	return words.String()
}

// receiveHow says what is special about how a signal is heard.
func receiveHow(r Receive) string {
	var words pageWords
	words.addIf(r.How != HowConnect, heardHow[r.How])
	words.addIf(r.Kind == Value, "a value: which func is not known")
	words.addTypeArgs(r.TypeArgs)
	words.addOptions(r.Options)
	words.addIf(r.Test, "in a test")
	return words.String()
}

// heardHow has the words for the ways to hear.
var heardHow = map[How]string{
	HowFrom: "of one sender", HowWeak: "weak", HowAnnotated: "annotated", HowWired: "wired",
	HowNext: "the next one", HowEvents: "one by one", HowTap: "tap",
	HowRelay: "relay, before all others",
}

// bridgeHow says what a bridge does.
func bridgeHow(b Bridge) string {
	var words pageWords
	words.addIf(true, string(b.Way))
	words.addIf(b.Group != "", "group "+b.Group)
	words.addTypeArgs(b.TypeArgs)
	words.addIf(b.Test, "in a test")
	return words.String()
}

// pageWords are the words about a tie, the most important first.
type pageWords []string

func (w pageWords) String() string { return strings.Join(w, ", ") }

func (w *pageWords) addIf(ok bool, text string) {
	if ok {
		*w = append(*w, text)
	}
}

func (w *pageWords) addTypeArgs(types []string) {
	w.addIf(len(types) > 0, "["+shortType(strings.Join(types, ", "))+"]")
}

func (w *pageWords) addOptions(o ConnectOptions) {
	w.addIf(o.Priority != 0, "priority "+strconv.Itoa(o.Priority))
	w.addIf(o.Once, "once")
	w.addIf(o.Until, "until a ctx ends")
	w.addIf(o.Async, "async")
	w.addIf(o.Size != 0, "queue of "+strconv.Itoa(o.Size))
	w.addIf(o.Overflow != "", o.Overflow)
	w.addIf(o.Workers != 0, strconv.Itoa(o.Workers)+" workers")
	w.addIf(o.Around, "middleware")
	w.addIf(o.ID != "", fmt.Sprintf("id %q", o.ID))
	w.addIf(o.Name != "", fmt.Sprintf("name %q", o.Name))
	w.addIf(o.Partial, "and more options")
}
