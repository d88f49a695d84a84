package bridge

import "errors"

// Poison returns an error that wraps err and says that retrying is pointless, because the
// data are wrong, say. The envelope becomes a dead letter at once. It returns nil for
// nil.
func Poison(err error) error {
	if err == nil {
		return nil
	}
	return &poison{err}
}

// IsPoison reports whether err is, wraps or joins an error that [Poison] has
// made.
func IsPoison(err error) bool {
	var p *poison
	return errors.As(err, &p)
}

type poison struct{ err error }

func (p *poison) Error() string { return p.err.Error() }
func (p *poison) Unwrap() error { return p.err }
