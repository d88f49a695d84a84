package topology

// A Type is a type that signals carry, as other programs see it.
type Type struct{}
