package sqlbridge_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"
)

// When events come in all at once, the statistics are still those of an empty table, and
// a planner that believes them may look at each event for each other one. No statement
// reads more than it would if they were right: about what a claim has in its window.
func TestStaleStatistics(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	db.SetMaxOpenConns(1) // for what is prepared
	transport := on.over(t, db)
	for _, s := range []string{
		"ALTER TABLE signals_events SET (autovacuum_enabled = off)",
		"ALTER TABLE signals_deliveries SET (autovacuum_enabled = off)",
		"ANALYZE",
	} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, on, db, 20_000)
	for name, statement := range transport.Statements() {
		if blocks := blocksOf(t, db, name, statement); blocks > 10_000 {
			t.Errorf("%s reads %d blocks", name, blocks)
		}
	}
}

// blocksOf returns how many blocks a statement reads. What it writes is rolled back.
func blocksOf(t *testing.T, db *sql.DB, name, statement string) int {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("PREPARE " + name + "_stale AS " + statement); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { _, _ = tx.Exec("DEALLOCATE " + name + "_stale") }()
	var text string
	if err := tx.QueryRow("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE " + name + "_stale" + literals(name)).Scan(&text); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var plans []struct {
		Plan struct {
			Hit  int `json:"Shared Hit Blocks"`
			Read int `json:"Shared Read Blocks"`
		}
	}
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan.Hit + plans[0].Plan.Read
}

// literals returns the arguments of a statement as they stand in an EXECUTE.
func literals(name string) (text string) {
	for i, arg := range arguments()[name] {
		if i > 0 {
			text += ", "
		}
		if s, ok := arg.(string); ok {
			arg = "'" + s + "'"
		}
		text += fmt.Sprint(arg)
	}
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}
