package sqlbridge_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fill stores events for a group, as if they had been sent. One in a hundred has failed,
// and one is a dead letter.
func fill(t testing.TB, on database, db *sql.DB, n int) {
	t.Helper()
	numbers := fmt.Sprintf("WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)", n)
	for _, s := range []string{
		"INSERT INTO signals_types (type, generation) VALUES ('order.Placed', 1)",
		"INSERT INTO signals_groups (type, name, generation, start_after, broadcast, last_seen) VALUES ('order.Placed', 'mailer', 1, 0, false, 0)",
		numbers + ` INSERT INTO signals_events (type, generation, stored, source, event_id, sent, content_type, key, trace_parent, trace_state, extensions, data, key_hash)
			SELECT 'order.Placed', 1, 0, '/', 'id', '', '', '', '', '', '', 'some data', i % 1000 FROM s`,
		`INSERT INTO signals_deliveries (event, group_id, key_hash, state)
			SELECT id, 1, key_hash, CASE WHEN id % 100 = 0 THEN 2 WHEN id % 100 = 1 THEN 3 ELSE 0 END FROM signals_events`,
	} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// arguments returns the arguments of each statement, as a transport passes them.
func arguments() map[string][]any {
	list := "[5000, 5001, 5002]"
	rows := `[{"event": 5000, "group_id": 1, "attempt": 1, "state": 2, "pause": 1, "returned": 0, "failed": 1, "reason": "x"}]`
	return map[string][]any{
		"findBehind": {"order.Placed"}, "lockBehind": {"order.Placed", 1, 5000}, "pollGroup": {1, 5000, 5000}, "findWindowEnd": {1, 5000}, "endLeases": {1, 5000, 6000}, "returnUnheld": {1, "owner", rows}, "claimDeliveries": {1, "owner", 5000, 1000, 5000, 6000},
		"loadEvents": {list}, "renewLeases": {1, "owner", rows, 1000}, "updateSettled": {1, "owner", rows}, "deleteSettled": {1, "owner", rows}, "deleteEvents": {list, 1000},
		"scanEvents": {5000}, "findUnclean": {}, "findExpired": {1}, "findWaiting": {1}, "findNotWaiting": {1}, "deleteDeliveries": {list, 1}, "lockGroup": {1, "1000"}, "deleteGroups": {1000}, "listDead": {0, 0, 0}, "readDead": {1, 1}, "replayDead": {rows}, "discardDead": {rows},
	}
}

// byPrimaryKey has the statements that find deliveries by primary key.
var byPrimaryKey = map[string]bool{"renewLeases": true, "updateSettled": true, "deleteSettled": true, "deleteEvents": true, "replayDead": true, "discardDead": true, "deleteDeliveries": true}

// No statement reads or sorts a whole table, however many events wait: with the statistics
// of an empty table, which is what there is after a burst of events, and with current ones.
func TestPlansOfPostgres(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	db.SetMaxOpenConns(1) // settings are those of a connection
	transport := on.transport(t, db)
	if _, err := db.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
	fill(t, on, db, 50_000)
	for _, statistics := range []string{"SELECT 1", "ANALYZE"} {
		for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
			for _, s := range []string{statistics, "SET plan_cache_mode = " + mode} {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
			for name, statement := range transport.Statements() {
				for _, node := range postgresPlan(t, db, name, statement) {
					scan := node["Node Type"].(string)
					table, _ := node["Relation Name"].(string)
					if scan == "Seq Scan" && table != "signals_groups" && table != "signals_types" {
						t.Errorf("%s, with %s and %s: scans all of %s", name, statistics, mode, table)
					}
					if index, ok := node["Index Name"].(string); ok && byPrimaryKey[name] && strings.HasPrefix(index, "signals_deliveries") && index != "signals_deliveries_pkey" {
						t.Errorf("%s, with %s and %s: finds single rows by %s", name, statistics, mode, index)
					}
					if rows := node["Plan Rows"].(float64); strings.HasSuffix(scan, "Sort") && rows > 1200 {
						t.Errorf("%s, with %s and %s: sorts %.0f rows", name, statistics, mode, rows)
					}
				}
			}
		}
	}
}

// A claim reads no more rows than a window has, however many wait: without any statistics,
// and with current ones.
func TestClaimWithoutStatistics(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	for _, s := range []string{"signals_events", "signals_deliveries"} {
		if _, err := db.Exec("ALTER TABLE " + s + " SET (autovacuum_enabled = off)"); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, on, db, 20_000)
	for _, statistics := range []string{"SELECT 1", "ANALYZE"} {
		if _, err := db.Exec(statistics); err != nil {
			t.Fatal(err)
		}
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"BEGIN", strings.NewReplacer("$1", "1", "$2", "'1000'").Replace(transport.Statements()["lockGroup"])} {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		claim := strings.NewReplacer("$1", "1", "$2", "'owner'", "$3", "5000", "$4", "1000", "$5", "0", "$6", "6000").Replace(transport.Statements()["claimDeliveries"])
		var text string
		if err := conn.QueryRowContext(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+claim).Scan(&text); err != nil {
			t.Fatal(err)
		}
		for _, node := range nodes(t, text) {
			if rows := node["Actual Rows"].(float64) * node["Actual Loops"].(float64); rows > 600 {
				t.Errorf("with %s: %v of %v reads %.0f rows", statistics, node["Node Type"], node["Relation Name"], rows)
			}
		}
		if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}

// postgresPlan returns the nodes of the plan of a statement.
func postgresPlan(t *testing.T, db *sql.DB, name, statement string) []map[string]any {
	t.Helper()
	args := ""
	for _, arg := range arguments()[name] {
		if text, ok := arg.(string); ok {
			arg = "'" + text + "'"
		}
		args += ", " + fmt.Sprint(arg)
	}
	if args != "" {
		args = "(" + strings.TrimPrefix(args, ", ") + ")"
	}
	if _, err := db.Exec("PREPARE " + name + "_plan AS " + statement); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { _, _ = db.Exec("DEALLOCATE " + name + "_plan") }()
	var text string
	if err := db.QueryRow("EXPLAIN (FORMAT JSON) EXECUTE " + name + "_plan" + args).Scan(&text); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return nodes(t, text)
}

// nodes returns the nodes of a plan in JSON.
func nodes(t *testing.T, text string) (all []map[string]any) {
	t.Helper()
	var plans []map[string]any
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatal(err)
	}
	var walk func(node map[string]any)
	walk = func(node map[string]any) {
		all = append(all, node)
		below, _ := node["Plans"].([]any)
		for _, b := range below {
			walk(b.(map[string]any))
		}
	}
	walk(plans[0]["Plan"].(map[string]any))
	return all
}

var wholeTable = regexp.MustCompile(`^SCAN (e|s|d|o|signals_events|signals_deliveries)( USING .*)?$`)

func TestPlansOfSQLite(t *testing.T) {
	on := databases["sqlite"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	fill(t, on, db, 20_000)
	for _, statistics := range []string{"SELECT 1", "ANALYZE"} {
		if _, err := db.Exec(statistics); err != nil {
			t.Fatal(err)
		}
		for name, statement := range transport.Statements() {
			rows, err := db.Query("EXPLAIN QUERY PLAN "+statement, arguments()[name]...)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var all []string
			for rows.Next() {
				var id, parent, unused int
				var detail string
				if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
					t.Fatal(err)
				}
				all = append(all, detail)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			if i := slices.IndexFunc(all, wholeTable.MatchString); i >= 0 {
				t.Errorf("%s, with %s: %s, in %q", name, statistics, all[i], all)
			}
		}
	}
}

// While a transaction stays open, deleted deliveries cannot be vacuumed. A query that starts
// at the first event steps over them, and one that starts after them does not.
func TestOpenTransaction(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	fill(t, on, db, 20_000)
	open, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Rollback() }()
	if err := open.QueryRow("SELECT 1 FROM signals_events LIMIT 1").Scan(new(int)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"DELETE FROM signals_deliveries WHERE event <= 19000", "VACUUM signals_deliveries"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	read := func(after, dueFrom int) (blocks float64) {
		t.Helper()
		var text string
		statement := strings.NewReplacer("$1", "1", "$2", fmt.Sprint(after), "$3", fmt.Sprint(dueFrom)).Replace(transport.Statements()["pollGroup"])
		if err := db.QueryRow("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement).Scan(&text); err != nil {
			t.Fatal(err)
		}
		var plans []struct {
			Plan struct {
				Hit  float64 `json:"Shared Hit Blocks"`
				Read float64 `json:"Shared Read Blocks"`
			}
		}
		if err := json.Unmarshal([]byte(text), &plans); err != nil {
			t.Fatal(err)
		}
		return plans[0].Plan.Hit + plans[0].Plan.Read
	}
	fromStart, fromCursor := read(0, -1), read(19_000, 1)
	if fromCursor > 40 || fromStart < 3*fromCursor {
		t.Errorf("read %.0f blocks from the first event and %.0f from the cursor", fromStart, fromCursor)
	}
}
