package sqlbridge

// A statement is one of those that a transport executes.
type statement int

const (
	// Publish.
	insertEvent      statement = iota // inserts an event, with its deliveries unless there is insertDeliveries
	insertDeliveries                  // inserts the deliveries of an event
	notifyListeners                   // notifies the listeners of types; empty if the database has no notifications

	// Groups.
	findGroup        // returns the id of a group
	nextGeneration   // starts the next generation of a type's groups
	insertGroup      // inserts a group
	setListens       // marks a group as one whose members listen for notifications
	touchGroup       // records that the member of a broadcast group is alive
	removeGroup      // removes a group: it loses its name, and is deleted later
	removeBroadcasts // removes broadcast groups whose members are not alive

	// Backfill: deliveries of events that were stored before a group was there.
	findBehind         // returns the generations that have such events
	lockType           // locks the generation of a type, and returns it
	lockBehind         // locks such events
	backfillDeliveries // inserts their deliveries
	setGeneration      // records that they have them

	// Members of a group.
	pollGroup       // reports whether the group exists, whether there is something to claim, and when there will be
	findWindowEnd   // returns the last event of a window
	lockGroup       // locks a group, so that its members claim one after another
	endLeases       // makes deliveries wait again whose leases have ended
	returnUnheld    // makes deliveries wait again that a member has claimed and does not hold
	claimDeliveries // claims deliveries; SQLite returns them without their events
	loadEvents      // returns events
	renewLeases     // renews the leases of deliveries, and returns those renewed
	updateSettled   // ends the leases of deliveries that are to be kept
	deleteSettled   // deletes deliveries that are done; returns those whose events are still there

	// Cleaning.
	deleteEvents     // deletes events that have no deliveries and wait for no group
	scanEvents       // returns events in order, and whether they have deliveries
	findUnclean      // returns groups with deliveries to delete
	findExpired      // returns done deliveries of a group that have been kept long enough
	findWaiting      // returns deliveries of a group that wait
	findNotWaiting   // returns all other deliveries of a group
	deleteDeliveries // deletes deliveries
	deleteGroups     // deletes groups that were removed a while ago

	// Operation.
	readVersion     // returns the version of the schema
	countDeliveries // counts the deliveries of a group by state
	readAge         // returns the age of the oldest event that a group has not done
	countEvents     // counts the events of a type, with the age of the oldest
	listDead        // returns a page of dead letters
	readDead        // returns a dead letter
	replayDead      // makes dead letters due again
	discardDead     // deletes dead letters

	statements // the number of statements
)

// The states of a delivery. Statements have them as numbers, because a planner chooses
// a partial index only if it sees the value.
const (
	stateWaiting = 0 // to be claimed
	stateLeased  = 1 // claimed by a member, until due
	stateRetry   = 2 // failed, to be claimed again when due
	stateDead    = 3 // a dead letter, since due
	stateKept    = 4 // done, and kept until due
)

// Limits are constants in the text of a statement: with a parameter the planner of
// PostgreSQL assumes a tenth of the table.
const (
	chunkSize = 1000 // rows of one step of maintenance
	pageSize  = 100  // rows that are read with their data
)

// Three habits of the statements below:
//
//   - A condition may appear twice, as in "state <> 0 AND state = 1": SQLite uses a
//     partial index only if the index's own condition is in the statement.
//   - A subquery has ORDER BY and LIMIT 1 where EXISTS would do: for EXISTS, PostgreSQL
//     may scan the table from its beginning, which is slow after a million deleted rows.
//   - "state + 0" keeps PostgreSQL from using an index on state where the primary key
//     finds the rows.

// sharedStatements are those that all databases understand.
var sharedStatements = [statements]string{
	findGroup:      `SELECT id FROM {groups} WHERE type = $1 AND name = $2`,
	nextGeneration: `INSERT INTO {types} AS t (type, generation) VALUES ($1, 1) ON CONFLICT (type) DO UPDATE SET generation = t.generation + 1 RETURNING generation`,
	insertGroup: `INSERT INTO {groups} (type, name, generation, start_after, broadcast, last_seen)
		VALUES ($1, $2, $3, CASE WHEN $4 THEN (SELECT COALESCE(max(id), 0) FROM {events}) ELSE 0 END, $5, {now}) RETURNING id`,
	setListens:       `UPDATE {groups} SET listens = true WHERE id = $1 AND NOT listens`,
	touchGroup:       `UPDATE {groups} SET last_seen = {now} WHERE id = $1 AND name IS NOT NULL`,
	removeGroup:      `UPDATE {groups} SET name = NULL, last_seen = {now} WHERE type = $1 AND name = $2`,
	removeBroadcasts: `UPDATE {groups} SET name = NULL, last_seen = {now} WHERE broadcast AND name IS NOT NULL AND last_seen < {now} - $1`,

	// A recursive query looks up each generation in the index. There are few.
	findBehind: `WITH RECURSIVE present (generation) AS (
			SELECT min(e.generation) FROM {events} e WHERE e.type = $1
			UNION ALL
			SELECT (SELECT min(e.generation) FROM {events} e WHERE e.type = $1 AND e.generation > present.generation)
			FROM present WHERE present.generation IS NOT NULL
		), behind AS (
			SELECT generation, (
				SELECT min(g.start_after) FROM {groups} g WHERE g.type = $1 AND g.name IS NOT NULL AND g.generation > present.generation
			) AS start_after FROM present
		)
		SELECT generation, start_after FROM behind
		WHERE start_after IS NOT NULL
			AND (SELECT e.id FROM {events} e WHERE e.type = $1 AND e.generation = behind.generation AND e.id > behind.start_after ORDER BY e.id LIMIT 1) IS NOT NULL`,
	backfillDeliveries: `INSERT INTO {deliveries} (event, group_id, key_hash)
		SELECT e.id, g.id, e.key_hash FROM {events} e JOIN {groups} g ON g.type = e.type
		WHERE e.id {in list} AND g.name IS NOT NULL AND g.generation > e.generation AND g.start_after < e.id
		ON CONFLICT DO NOTHING`,
	setGeneration: `UPDATE {events} SET generation = $2 WHERE id {in list}`,

	pollGroup: `SELECT (SELECT count(*) FROM {groups} WHERE id = $1 AND name IS NOT NULL),
		(SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 AND event > $2 ORDER BY event LIMIT 1),
		(SELECT due FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 1 AND due >= $3 ORDER BY due LIMIT 1),
		(SELECT due FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 2 AND due >= $3 ORDER BY due LIMIT 1), {now}`,
	findWindowEnd: `SELECT max(event) FROM (SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 AND event > $2 ORDER BY event LIMIT {window}) w`,
	endLeases:     `UPDATE {deliveries} SET state = 0, owner = '' WHERE group_id = $1 AND state <> 0 AND state = 1 AND due >= $2 AND due <= $3`,
	returnUnheld: `UPDATE {deliveries} AS d SET state = 0, owner = '', attempt = d.attempt - 1
		WHERE d.group_id = $1 AND d.state <> 0 AND d.state = 1 AND d.owner = $2 AND NOT EXISTS (SELECT 1 FROM {rows} WHERE x.event = d.event AND x.attempt = d.attempt)`,
	loadEvents: `SELECT e.id, ` + envelopeColumns + ` FROM {events} e WHERE e.id {in list}`,
	renewLeases: `UPDATE {deliveries} AS d SET due = {now} + $4 FROM {rows}
		WHERE d.event = x.event AND d.group_id = $1 AND d.state + 0 = 1 AND d.owner = $2 AND d.attempt = x.attempt RETURNING event, attempt`,
	updateSettled: `UPDATE {deliveries} AS d SET state = x.state, due = {now} + x.pause, owner = '', attempt = d.attempt - x.returned, failures = d.failures + x.failed, reason = x.reason
		FROM {rows} WHERE d.event = x.event AND d.group_id = $1 AND d.state + 0 = 1 AND d.owner = $2 AND d.attempt = x.attempt`,

	scanEvents: `SELECT e.id, CASE WHEN (SELECT d.group_id FROM {deliveries} d WHERE d.event = e.id ORDER BY d.group_id LIMIT 1) IS NULL THEN 0 ELSE 1 END
		FROM {events} e WHERE e.id > $1 ORDER BY e.id LIMIT {chunk}`,
	findUnclean: `SELECT id, CASE WHEN name IS NULL THEN 1 ELSE 0 END FROM {groups} g
		WHERE name IS NULL OR
			(SELECT d.event FROM {deliveries} d WHERE d.group_id = g.id AND d.state <> 0 AND d.state = 4 AND d.due <= {now} ORDER BY d.due LIMIT 1) IS NOT NULL`,
	findExpired:      `SELECT event FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 4 AND due <= {now} ORDER BY due LIMIT {chunk}`,
	findWaiting:      `SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 ORDER BY event LIMIT {chunk}`,
	findNotWaiting:   `SELECT event FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 ORDER BY state, due LIMIT {chunk}`,
	deleteDeliveries: `DELETE FROM {deliveries} WHERE event {in list} AND group_id = $2`,
	deleteGroups: `DELETE FROM {groups} WHERE name IS NULL AND last_seen < {now} - $1
		AND (SELECT d.event FROM {deliveries} d WHERE d.group_id = id AND d.state = 0 ORDER BY d.event LIMIT 1) IS NULL
		AND (SELECT d.event FROM {deliveries} d WHERE d.group_id = id AND d.state <> 0 ORDER BY d.state, d.due LIMIT 1) IS NULL`,

	readVersion: `SELECT version FROM {version}`,
	countDeliveries: `SELECT COALESCE(sum(CASE WHEN state = 0 THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN state IN (1, 2) THEN 1 ELSE 0 END), 0),
		COALESCE(sum(CASE WHEN state = 3 THEN 1 ELSE 0 END), 0) FROM {deliveries} WHERE group_id = $1`,
	readAge: `SELECT COALESCE({now} - min(e.stored), 0) FROM {events} e WHERE e.id IN (
		SELECT min(event) FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0
		UNION ALL SELECT min(event) FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state IN (1, 2))`,
	countEvents: `SELECT count(*), COALESCE({now} - min(stored), 0) FROM {events} WHERE type = $1`,
	listDead: `SELECT d.event, d.group_id, g.type, g.name, d.reason, d.attempt, d.due, {now} FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id
		WHERE d.state = 3 AND g.name IS NOT NULL AND (d.due, d.event, d.group_id) > ($1, $2, $3) ORDER BY d.due, d.event, d.group_id LIMIT {page}`,
	readDead: `SELECT d.event, d.group_id, g.type, g.name, d.reason, d.attempt, d.due, {now} FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id
		WHERE d.event = $1 AND d.group_id = $2 AND d.state + 0 = 3 AND g.name IS NOT NULL`,
}

// envelopeColumns are the columns of an event e that scanEnvelope reads.
const envelopeColumns = `e.source, e.type, e.event_id, e.sent, e.content_type, e.key, e.trace_parent, e.trace_state, e.extensions, e.data`

// Conditions on which an event s without deliveries may be deleted.
const (
	// No newer group is still to be backfilled with it.
	isBackfilled = `NOT EXISTS (SELECT 1 FROM {groups} g WHERE g.type = s.type AND g.name IS NOT NULL AND g.generation > s.generation AND g.start_after < s.id)`
	// Its type has a group that lasts, so the event has been done rather than never delivered.
	hasGroup = `EXISTS (SELECT 1 FROM {groups} g WHERE g.type = s.type AND g.name IS NOT NULL AND NOT g.broadcast)`
)

// isOldestOfKey is the condition on which a claim that starts after the event $3 may take
// a delivery c: none of its key waits at or before that event.
const isOldestOfKey = `($3 = 0 OR c.key_hash = 0 OR c.state <> 0 OR (
	SELECT o.event FROM {deliveries} o WHERE o.group_id = $1 AND o.state = 0 AND o.key_hash <> 0 AND o.key_hash = c.key_hash AND o.event <= $3
	ORDER BY o.event LIMIT 1) IS NULL)`
