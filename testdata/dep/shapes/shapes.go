// Package shapes is imported with a dot.
package shapes

// Square is a shape.
type Square struct{ Side int }

// Circle is another.
type Circle struct{ Radius int }
