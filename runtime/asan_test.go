//go:build asan

package runtime_test

// allocatesMore says that the address sanitizer has what else stays on the stack
// allocated, so that allocations tell nothing.
const allocatesMore = true
