//go:build !asan

package runtime_test

const allocatesMore = false
