package measure

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// Timed returns a func that takes a sample of a loop: the ns per turn, in a batch that
// takes at least the given time. The first sample finds out how many turns that are.
func Timed(loop func(n int), atLeast time.Duration) func() []float64 {
	batch := 0
	return func() []float64 {
		if batch == 0 {
			batch = calibrate(loop, atLeast)
		}
		return []float64{perTurn(loop, batch)}
	}
}

// calibrate returns how many turns of a loop take the given time.
func calibrate(loop func(n int), atLeast time.Duration) int {
	for n := 1; ; {
		took := duration(loop, n)
		if took >= atLeast {
			return n
		}
		more := 1.2 * float64(n) * float64(atLeast) / float64(max(took, 1))
		n = int(min(more, 100*float64(n))) + 1
	}
}

// perTurn returns the ns per turn of n turns.
func perTurn(loop func(n int), n int) float64 {
	return float64(duration(loop, n)) / float64(n)
}

func duration(loop func(n int), n int) time.Duration {
	start := time.Now()
	loop(n)
	return time.Since(start)
}

// Parallel returns a loop that shares its turns among goroutines, each of which runs
// the other loop.
func Parallel(loop func(n int), goroutines int) func(n int) {
	return func(n int) {
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() { loop(n / goroutines) })
		}
		wg.Wait()
	}
}

// collect runs the garbage collector if there is something to collect, so that no
// sample pays for what another has allocated.
func collect() {
	if allocated() > allocatedBefore+1<<18 {
		runtime.GC()
		allocatedBefore = allocated()
	}
}

var allocatedBefore uint64

// allocated returns how many bytes the process has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Allocs returns how many allocations one turn of a loop makes, in all goroutines.
func Allocs(loop func(n int), n int) float64 {
	loop(n) // allocates what is allocated only once
	return Mallocs(func() { loop(n) }) / float64(n)
}

// Mallocs returns how many allocations a call makes, in all goroutines.
func Mallocs(call func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}

// Held returns how many bytes of the heap the result of makes holds.
func Held(makes func() any) float64 {
	before := heap()
	held := makes()
	after := heap()
	runtime.KeepAlive(held)
	return after - before
}

// heap returns the bytes that stay on the heap.
func heap() float64 {
	var stats runtime.MemStats
	for range 3 { // cleanups and pools need a second collection
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
