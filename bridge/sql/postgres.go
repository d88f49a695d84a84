package sqlbridge

import "database/sql"

// postgres is the backend of PostgreSQL. Publishing and settling are single statements,
// which commit by themselves, so that a process that stops in the middle holds no lock. A
// claim is two statements; a timeout ends the transaction of a process that stops between
// them.
var postgres = backend{
	name:      "PostgreSQL",
	parameter: "$",
	replace: []string{
		"{now}", `(extract(epoch FROM statement_timestamp()) * 1000)::bigint`,
		"{in list}", `= ANY (string_to_array(btrim($1::text, '[]'), ',')::bigint[])`,
		" {by waiting}", ``,
		" {by due}", ``,
		"{rows}", `json_to_recordset($3::text::json) AS x (event bigint, group_id bigint, attempt integer, state smallint, pause bigint, returned integer, failed integer, reason text)`,
	},
	migrations:     postgresMigrations,
	lockMigrations: `SELECT pg_advisory_xact_lock(hashtext($1))`,
	hasSchemas:     true,
	findSchema:     `SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)`,
	checkReadOnly:  `SELECT CASE WHEN current_setting('transaction_read_only') = 'on' THEN 1 ELSE 0 END`,
	txOptions:      sql.TxOptions{Isolation: sql.LevelReadCommitted},
	statements: withShared(map[statement]string{
		insertEvent: `WITH e AS (
				INSERT INTO {events} (type, generation, stored, source, event_id, sent, content_type, key, trace_parent, trace_state, extensions, data, key_hash)
				VALUES ($1, COALESCE((SELECT generation FROM {types} WHERE type = $1), 0), {now}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
				RETURNING id
			), d AS (
				INSERT INTO {deliveries} (event, group_id, key_hash)
				SELECT e.id, g.id, $11 FROM e, {groups} g WHERE g.type = $1 AND g.name IS NOT NULL
			)
			SELECT CASE WHEN $12 <> '' THEN pg_notify($12, $1) END FROM {groups} WHERE type = $1 AND name IS NOT NULL AND listens LIMIT 1`,
		notifyListeners: `SELECT pg_notify($1, type) FROM json_array_elements_text($2::text::json) AS type`,
		lockType:        `SELECT generation, ` + byIndex + ` FROM {types} WHERE type = $1 FOR UPDATE`,
		lockBehind:      `SELECT id FROM {events} WHERE type = $1 AND generation = $2 AND id > $3 ORDER BY id LIMIT {chunk} FOR UPDATE`,
		lockGroup:       `SELECT id, set_config('idle_in_transaction_session_timeout', $2, true) || ` + byIndex + ` FROM {groups} WHERE id = $1 AND name IS NOT NULL FOR UPDATE`,
		claimDeliveries: `WITH leased_keys AS MATERIALIZED (
				SELECT key_hash FROM {deliveries} WHERE group_id = $1 AND state = 1 AND due >= $5 AND owner <> $2 AND key_hash <> 0
			), candidates AS (
				(SELECT event, key_hash, state FROM {deliveries} WHERE group_id = $1 AND state = 0 AND event > $3 ORDER BY event LIMIT {window})
				UNION ALL
				(SELECT event, key_hash, state FROM {deliveries} WHERE group_id = $1 AND state = 2 AND due >= $5 AND due <= $6 ORDER BY due LIMIT {batch})
			), chosen AS (
				SELECT event FROM candidates c WHERE key_hash NOT IN (SELECT key_hash FROM leased_keys) AND ` + isOldestOfKey + ` ORDER BY event LIMIT {batch}
			), locked AS (
				SELECT l.tid FROM chosen c CROSS JOIN LATERAL (
					SELECT d.ctid AS tid FROM {deliveries} d
					WHERE d.event = c.event AND d.group_id = $1 AND d.state + 0 IN (0, 2)
					FOR UPDATE SKIP LOCKED
				) l
			), claimed AS (
				UPDATE {deliveries} d SET state = 1, owner = $2, due = {now} + $4, attempt = d.attempt + 1
				FROM locked WHERE d.ctid = locked.tid
				RETURNING d.event, d.attempt, d.failures
			)
			SELECT c.event, c.attempt, c.failures, ` + envelopeColumns + `
			FROM claimed c LEFT JOIN {events} e ON e.id = c.event ORDER BY c.event`,
		renewLeases: `UPDATE {deliveries} d SET due = {now} + $4 FROM (
				SELECT l.tid FROM {rows} CROSS JOIN LATERAL (
					SELECT h.ctid AS tid FROM {deliveries} h
					WHERE h.event = x.event AND h.group_id = $1 AND h.state + 0 = 1 AND h.owner = $2 AND h.attempt = x.attempt
					FOR UPDATE SKIP LOCKED -- a delivery that is being settled, which may wait for another lock
				) l
			) l WHERE d.ctid = l.tid RETURNING d.event, d.attempt`,
		deleteSettled: `WITH done AS (
				DELETE FROM {deliveries} d USING {rows}
				WHERE d.event = x.event AND d.group_id = $1 AND d.state + 0 = 1 AND d.owner = $2 AND d.attempt = x.attempt RETURNING d.event
			), complete AS (
				SELECT s.id, s.generation FROM {events} s JOIN done ON s.id = done.event
				WHERE NOT EXISTS (SELECT 1 FROM {deliveries} o WHERE o.event = s.id AND o.group_id <> $1) AND ` + isBackfilled + ` AND ` + hasGroup + `
			), deleted AS (
				DELETE FROM {events} e USING complete WHERE e.id = complete.id AND e.generation = complete.generation RETURNING e.id
			)
			SELECT event FROM done WHERE event NOT IN (SELECT id FROM deleted)`,
		deleteEvents: `DELETE FROM {events} e USING (
				SELECT s.id, s.generation FROM {events} s
				WHERE s.id {in list} AND NOT EXISTS (SELECT 1 FROM {deliveries} d WHERE d.event = s.id) AND ` + isBackfilled + `
					AND (s.stored < {now} - $2 OR ` + hasGroup + `)
			) complete WHERE e.id = complete.id AND e.generation = complete.generation`,
		replayDead: `UPDATE {deliveries} d SET state = 2, due = {now}, attempt = 0, failures = 0, reason = ''
			FROM json_to_recordset($1::text::json) AS x (event bigint, group_id bigint) WHERE d.event = x.event AND d.group_id = x.group_id AND d.state + 0 = 3`,
		discardDead: `DELETE FROM {deliveries} d
			USING json_to_recordset($1::text::json) AS x (event bigint, group_id bigint) WHERE d.event = x.event AND d.group_id = x.group_id AND d.state + 0 = 3`,
	}),
}

// byIndex makes the rest of a transaction read tables by their indexes. Without current
// statistics PostgreSQL takes a million new rows for a handful, and then reads all of
// them to sort or join them.
const byIndex = `set_config('enable_seqscan', 'off', true) || set_config('enable_bitmapscan', 'off', true) ||
	set_config('enable_hashjoin', 'off', true) || set_config('enable_mergejoin', 'off', true) || set_config('jit', 'off', true)`

// postgresMigrations has tables that are vacuumed after a thousand deleted rows, rather
// than after a fifth of a backlog, because rows come and go all the time.
var postgresMigrations = []migration{
	{
		`CREATE TABLE {version} (version integer NOT NULL)`,
		`INSERT INTO {version} (version) VALUES (0)`,
		`CREATE TABLE {types} (type text PRIMARY KEY, generation bigint NOT NULL)`,
		`CREATE TABLE {groups} (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	type text NOT NULL,
	name text,
	generation bigint NOT NULL,
	start_after bigint NOT NULL,
	broadcast boolean NOT NULL,
	listens boolean NOT NULL DEFAULT false,
	last_seen bigint NOT NULL,
	UNIQUE (type, name)
)`,
		`CREATE TABLE {events} (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	type text NOT NULL,
	generation bigint NOT NULL,
	stored bigint NOT NULL,
	source text NOT NULL,
	event_id text NOT NULL,
	sent text NOT NULL,
	content_type text NOT NULL,
	key text NOT NULL,
	trace_parent text NOT NULL,
	trace_state text NOT NULL,
	extensions text NOT NULL,
	data bytea NOT NULL,
	key_hash bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 1000)`,
		`CREATE INDEX {events_generation_index} ON {events} (type, generation, id)`,
		`CREATE TABLE {deliveries} (
	event bigint NOT NULL,
	group_id bigint NOT NULL,
	key_hash bigint NOT NULL,
	state smallint NOT NULL DEFAULT 0,
	due bigint NOT NULL DEFAULT 0,
	owner text NOT NULL DEFAULT '',
	attempt integer NOT NULL DEFAULT 0,
	failures integer NOT NULL DEFAULT 0,
	reason text NOT NULL DEFAULT '',
	PRIMARY KEY (event, group_id)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 1000)`,
		`CREATE INDEX {deliveries_waiting_index} ON {deliveries} (group_id, event) WHERE state = 0`,
		`CREATE INDEX {deliveries_key_index} ON {deliveries} (group_id, key_hash, event) WHERE state = 0 AND key_hash <> 0`,
		`CREATE INDEX {deliveries_due_index} ON {deliveries} (group_id, state, due) WHERE state <> 0`,
		`CREATE INDEX {deliveries_dead_index} ON {deliveries} (due, event, group_id) WHERE state = 3`,
	},
	{
		`CREATE VIEW {waiting} AS
SELECT g.type AS signal, g.name AS group_name,
	CASE d.state WHEN 0 THEN 'waiting' WHEN 1 THEN 'leased' ELSE 'retry' END AS state,
	to_timestamp(e.stored / 1000.0) AS stored, now() - to_timestamp(e.stored / 1000.0) AS age,
	d.attempt AS attempts, CASE WHEN d.state = 0 THEN NULL ELSE to_timestamp(d.due / 1000.0) END AS due, d.reason, d.owner,
	d.event, e.source, e.event_id, e.key
FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id JOIN {events} e ON e.id = d.event
WHERE d.state IN (0, 1, 2) AND g.name IS NOT NULL`,
		`CREATE VIEW {dead} AS
SELECT d.event || '-' || d.group_id AS id, g.type AS signal, g.name AS group_name,
	to_timestamp(d.due / 1000.0) AS died, d.reason, d.attempt AS attempts,
	to_timestamp(e.stored / 1000.0) AS stored, e.source, e.event_id, e.key, e.content_type, e.data
FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id JOIN {events} e ON e.id = d.event
WHERE d.state = 3 AND g.name IS NOT NULL`,
	},
}
