// Package yaml has another name than the end of its path.
package yaml

// Node is a node.
type Node struct{ Value string }
