package otel_test

import "runtime"

func goexit() { runtime.Goexit() }
