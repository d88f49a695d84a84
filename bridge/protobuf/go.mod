module github.com/signalgen/signalgen/bridge/protobuf

go 1.26.0

require github.com/signalgen/signalgen v0.0.0

require google.golang.org/protobuf v1.36.12

replace github.com/signalgen/signalgen => ../../
