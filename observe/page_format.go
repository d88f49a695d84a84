package observe

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// count writes a number with a comma for each thousand.
func count(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// countOf writes how many there are of something.
func countOf(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

// rate writes how often something happens in a second.
func rate(perSecond float64) string {
	switch {
	case perSecond == 0:
		return "0"
	case perSecond < 10:
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	default:
		return count(uint64(math.Round(perSecond)))
	}
}

// duration writes how long something takes, in two or three digits.
func duration(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	for _, unit := range []struct {
		d    time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "µs"}} {
		if d >= unit.d {
			return significant(float64(d)/float64(unit.d)) + " " + unit.name
		}
	}
	return strconv.FormatInt(int64(d), 10) + " ns"
}

func significant(n float64) string {
	if n < 10 {
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return count(uint64(math.Round(n)))
}

// seconds writes how long something has been going on.
func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return d.Truncate(100 * time.Millisecond).String()
	}
	return d.Truncate(time.Second).String()
}

// shortName cuts a func's name to the part after the last slash.
func shortName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// at returns a place in the source, without the folder that contains all of it.
func at(file string, line int) string {
	if file == "" {
		return ""
	}
	elements := strings.Split(file, "/")
	return strings.Join(elements[max(0, len(elements)-3):], "/") + ":" + strconv.Itoa(line)
}

// words splits a name where a line may break.
func words(name string) (all []string) {
	for part := range strings.SplitAfterSeq(name, "/") {
		all = append(all, strings.SplitAfter(part, ".")...)
	}
	return all
}

// sentence returns the first sentence of a doc comment.
func sentence(doc string) string {
	doc, _, _ = strings.Cut(doc, "\n\n")
	doc = strings.Join(strings.Fields(doc), " ")
	if first, _, more := strings.Cut(doc, ". "); more {
		return first + "."
	}
	return doc
}

// typeOf describes the type of what a send of a signal carries.
func typeOf(s runtime.AnySignal) string {
	t := runtime.ArgsType(s)
	switch {
	case t == nil:
		return ""
	case t.Kind() != reflect.Struct:
		return t.String() + " " + t.Kind().String()
	}
	var fields []string
	for i := range t.NumField() {
		field := t.Field(i)
		text := field.Type.String()
		if !field.Anonymous {
			text = field.Name + " " + text
		}
		fields = append(fields, text)
	}
	return fmt.Sprintf("%s struct { %s }", t, strings.Join(fields, "; "))
}
