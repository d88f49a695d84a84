//go:build asan

package runtime_test

// allocatesMore says that the address sanitizer allocates what otherwise stays on the
// stack, so allocations prove nothing.
const allocatesMore = true
