package main

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"testing"
)

// TestMain is the mailer where play has started it as such.
func TestMain(m *testing.M) {
	if os.Args[len(os.Args)-1] == "mailer" {
		main()
		return
	}
	os.Exit(m.Run())
}

const want = `the mailer is killed when 600 orders are taken, and started again
 900 orders were taken, and 100 rolled back
 900 of them have their mail
   0 are without one
   0 mails were written for orders that were rolled back
   N mails were written a second time, since the mailer was killed before it was known that they were
`

func TestSQLite(t *testing.T) { check(t, "") }

func TestPostgres(t *testing.T) {
	url := os.Getenv("SIGNALGEN_POSTGRES")
	if url == "" {
		url = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	check(t, create(t, url))
}

// check compares what the program prints with what it should, but for the number of
// mails that were written twice.
func check(t *testing.T, database string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = w
	err = run(database, "")
	os.Stdout = stdout
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Error(err)
	}
	var printed bytes.Buffer
	if _, err := io.Copy(&printed, r); err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)^ *\d+ (mails were written a second time)`).ReplaceAllString(printed.String(), "   N $1")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
