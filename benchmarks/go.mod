module github.com/signalgen/signalgen/benchmarks

go 1.26.0
