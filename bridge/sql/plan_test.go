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

// fill stores events for a group, as if they had been sent. A hundredth have failed,
// and as many are dead.
func fill(t testing.TB, on database, db *sql.DB, n int) {
	t.Helper()
	numbers := fmt.Sprintf("WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)", n)
	for _, s := range []string{
		"INSERT INTO signals_types (type, generation) VALUES ('order.Placed', 1)",
		"INSERT INTO signals_groups (type, name, generation, after, brief, seen) VALUES ('order.Placed', 'mailer', 1, 0, false, 0)",
		numbers + ` INSERT INTO signals_events (type, generation, stored, source, event_id, sent, content_type, key, trace_parent, trace_state, extensions, data, lane)
			SELECT 'order.Placed', 1, 0, '/', 'id', '', '', '', '', '', '', 'some data', i % 1000 FROM s`,
		`INSERT INTO signals_deliveries (event, group_id, lane, state)
			SELECT id, 1, lane, CASE WHEN id % 100 = 0 THEN 2 WHEN id % 100 = 1 THEN 3 ELSE 0 END FROM signals_events`,
	} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// arguments are those of each statement, as the transport has them.
func arguments() map[string][]any {
	list := "[5000, 5001, 5002]"
	rows := `[{"event": 5000, "group_id": 1, "attempt": 1, "state": 2, "pause": 1, "back": 0, "failed": 1, "reason": "x"}]`
	return map[string][]any{
		"compare": {"order.Placed"}, "seize": {"order.Placed", 1, 5000}, "look": {1, 5000, 5000}, "reach": {1, 5000}, "claim": {1, "owner", 5000, 1000, 5000},
		"load": {list}, "renew": {1, "owner", rows, 1000}, "park": {1, "owner", rows}, "finish": {1, "owner", rows}, "drop": {list, 1000},
		"walk": {5000}, "list": {}, "unkeep": {1}, "empty": {1}, "clear": {1}, "erase": {list, 1}, "hold": {1, "1000"}, "forget": {1000}, "bury": {0, 0, 0}, "replay": {rows}, "discard": {rows},
	}
}

// single are the statements about single deliveries.
var single = map[string]bool{"renew": true, "park": true, "finish": true, "drop": true, "replay": true, "discard": true, "erase": true}

// Whatever waits, no statement reads a whole table or sorts it. The statistics are those
// of an empty table, which is what they are when events come in all at once, and those of
// the full one.
func TestPlansOfPostgres(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	db.SetMaxOpenConns(1) // for what is set
	transport := on.over(t, db)
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
						t.Errorf("%s, with %s and %s: reads all of %s", name, statistics, mode, table)
					}
					if index, ok := node["Index Name"].(string); ok && single[name] && strings.HasPrefix(index, "signals_deliveries") && index != "signals_deliveries_pkey" {
						t.Errorf("%s, with %s and %s: looks for single rows in %s", name, statistics, mode, index)
					}
					if rows := node["Plan Rows"].(float64); strings.HasSuffix(scan, "Sort") && rows > 1200 {
						t.Errorf("%s, with %s and %s: sorts %.0f rows", name, statistics, mode, rows)
					}
				}
			}
		}
	}
}

// A claim touches no more rows than a window has, however many wait, when PostgreSQL has
// no statistics at all; and so when it has those of the empty table, and of the full one.
func TestClaimWithoutStatistics(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	transport := on.over(t, db)
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
		for _, s := range []string{"BEGIN", strings.NewReplacer("$1", "1", "$2", "'1000'").Replace(transport.Statements()["hold"])} {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		claim := strings.NewReplacer("$1", "1", "$2", "'owner'", "$3", "5000", "$4", "1000", "$5", "0").Replace(transport.Statements()["claim"])
		var text string
		if err := conn.QueryRowContext(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+claim).Scan(&text); err != nil {
			t.Fatal(err)
		}
		for _, node := range nodes(t, text) {
			if rows := node["Actual Rows"].(float64) * node["Actual Loops"].(float64); rows > 600 {
				t.Errorf("with %s: %v of %v touches %.0f rows", statistics, node["Node Type"], node["Relation Name"], rows)
			}
		}
		if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}

// postgresPlan returns the nodes of a statement's plan.
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

// nodes returns those of a plan in JSON.
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
	db := on.migrated(t)
	transport := on.over(t, db)
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

// While a transaction stays open, what is done cannot be vacuumed: a claim that begins
// at the first event steps over all of that, and one that begins behind it does not.
func TestOpenTransaction(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	transport := on.over(t, db)
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
	read := func(from, due int) (blocks float64) {
		t.Helper()
		var text string
		statement := strings.NewReplacer("$1", "1", "$2", fmt.Sprint(from), "$3", fmt.Sprint(due)).Replace(transport.Statements()["look"])
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
	first, behind := read(0, -1), read(19_000, 1)
	t.Logf("%.0f blocks from the first event, %.0f from behind", first, behind)
	if behind > 40 || first < 3*behind {
		t.Errorf("read %.0f blocks from the first event, and %.0f from behind what is done", first, behind)
	}
}
