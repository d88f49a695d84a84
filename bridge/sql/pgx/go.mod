module github.com/signalgen/signalgen/bridge/sql/pgx

go 1.26.0

require (
	github.com/jackc/pgx/v5 v5.13.0
	github.com/signalgen/signalgen v0.0.0
	github.com/signalgen/signalgen/bridge/sql v0.0.0
)

require (
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	go.uber.org/goleak v1.3.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace (
	github.com/signalgen/signalgen => ../../../
	github.com/signalgen/signalgen/bridge/sql => ../
)
