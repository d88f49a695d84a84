module github.com/signalgen/signalgen/benchmarks

go 1.26.0

require (
	github.com/asaskevich/EventBus v0.0.0-20200907212545-49d423059eef
	github.com/pocketbase/pocketbase v0.36.8
	github.com/signalgen/signalgen v0.0.0
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da
)

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/spf13/cast v1.10.0 // indirect
)

replace github.com/signalgen/signalgen => ../
