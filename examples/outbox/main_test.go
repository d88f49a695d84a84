package main

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"testing"
)

// TestMain runs the mailer in the processes that play starts.
func TestMain(m *testing.M) {
	if os.Args[len(os.Args)-1] == "mailer" {
		main()
		return
	}
	os.Exit(m.Run())
}

const want = `the mailer is killed when 600 orders are taken, and started again
 900 orders were taken, and 100 rolled back
 900 of them have a mail
   0 have no mail
   0 mails were for orders that were rolled back
   N mails were written again, because the mailer was killed before it could record them
`

func TestSQLite(t *testing.T) { check(t, "") }

func TestPostgres(t *testing.T) {
	url := os.Getenv("SIGNALGEN_POSTGRES")
	if url == "" {
		url = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	check(t, create(t, url))
}

// check compares the output of the program with want, except for the number of mails that
// were written again.
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
	got := regexp.MustCompile(`(?m)^ *\d+ (mails were written again)`).ReplaceAllString(printed.String(), "   N $1")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
