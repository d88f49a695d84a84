package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// A Size says how many packages a module has, and how many signals each of them has.
type Size struct{ Packages, Signals int }

func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Packages, s.Signals) }

// ParseSize reads a size such as 100x10.
func ParseSize(text string) (Size, error) {
	packages, signals, _ := strings.Cut(text, "x")
	p, errP := strconv.Atoi(packages)
	n, errN := strconv.Atoi(signals)
	if errP != nil || errN != nil || p < 1 || n < 1 {
		return Size{}, fmt.Errorf("size %q: want packages x signals, such as 100x10", text)
	}
	return Size{p, n}, nil
}

// Choose appends to chosen the values of the names in list, which are separated by
// commas.
func Choose[T any](chosen *[]T, list string, parse func(name string) (T, error)) error {
	for name := range strings.SplitSeq(list, ",") {
		value, err := parse(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		*chosen = append(*chosen, value)
	}
	return nil
}
