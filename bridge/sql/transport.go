package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries the envelopes of a bridge through tables of a database. It is safe
// for use by several goroutines. The package comment describes its guarantees.
type Transport struct {
	db       *sql.DB
	backend  *backend
	settings settings
	queries  [statements]string // of the backend, rendered for the settings
	notifier notifier

	mu             sync.Mutex           // guards what follows; never held during a query
	members        map[*member]struct{} // a member stays until all its deliveries are settled
	stopBackground context.CancelFunc   // stops the background goroutines; nil if there are no members
	background     sync.WaitGroup       // the cleaner and the listener, which run while there are members
}

var (
	_ bridge.TransportWithOptions = (*Transport)(nil)
	_ bridge.HealthChecker        = (*Transport)(nil)
	_ bridge.LagReporter          = (*Transport)(nil)
)

// New returns a transport over a database. The caller closes the database, after the
// transport. New returns an error if the tables of [Migrate] are missing or older than
// this package.
func New(ctx context.Context, db *sql.DB, d Dialect, opts ...Option) (*Transport, error) {
	t, err := newTransport(ctx, db, d, settingsOf(opts))
	if err != nil {
		return nil, fmt.Errorf("sql bridge: %w", err)
	}
	return t, nil
}

func newTransport(ctx context.Context, db *sql.DB, d Dialect, s settings) (*Transport, error) {
	b, err := d.backend(s.names)
	if err != nil {
		return nil, err
	}
	if s.listener != nil && b.statements[notifyListeners] == "" {
		return nil, fmt.Errorf("found option Notify, wanted none: %s has no notifications", b.name)
	}
	t := &Transport{db: db, backend: b, settings: s, members: make(map[*member]struct{})}
	t.notifier.transport = t
	if err := retry(ctx, isConflict, func() error { return t.checkTables(ctx) }); err != nil {
		return nil, err
	}
	limits := strings.NewReplacer(
		"{batch}", strconv.Itoa(s.batch),
		"{window}", strconv.Itoa(max(256, 4*s.batch)), // some deliveries of a window are of keys that other members have claimed
		"{chunk}", strconv.Itoa(chunkSize),
		"{page}", strconv.Itoa(pageSize),
	)
	for i, query := range b.statements {
		t.queries[i] = limits.Replace(b.render(t.settings.names, query))
	}
	return t, nil
}

// checkTables checks that the tables exist, and sets the schema that they are in.
func (t *Transport) checkTables(ctx context.Context) error {
	n := t.settings.names
	version, err := t.backend.version(ctx, t.db, &n)
	wanted := len(t.backend.migrations)
	switch {
	case err != nil:
		return err
	case version == 0:
		return fmt.Errorf("found no table %s, wanted those of Migrate", t.backend.render(n, "{version}"))
	case version < wanted:
		return fmt.Errorf("found tables %s_* of version %d, wanted version %d: call Migrate", n.prefix, version, wanted)
	}
	t.settings.names = n
	return nil
}

// Health returns nil if the database answers, has the tables and can be written to.
func (t *Transport) Health(ctx context.Context) error {
	err := t.checkTables(ctx)
	if err == nil && t.backend.checkReadOnly != "" {
		var readOnly int
		err = t.db.QueryRowContext(ctx, t.backend.checkReadOnly).Scan(&readOnly)
		if readOnly == 1 {
			err = errors.New("the database is read-only")
		}
	}
	if err != nil {
		return fmt.Errorf("sql bridge: %w", err)
	}
	return nil
}

// closeTimeout bounds Close.
const closeTimeout = 5 * time.Second

// Close waits until the results of all deliveries are stored, for at most 5 seconds. Call
// it after all subscriptions have ended, that is, after Close of the bridge. Without it,
// deliveries that have just been settled may come again after a restart. Close does not
// close the database.
func (t *Transport) Close() error {
	deadline := time.After(closeTimeout)
	for _, m := range t.allMembers() {
		select {
		case <-m.done:
		case <-deadline:
			return fmt.Errorf("sql bridge: close: found deliveries that are not settled after %v", closeTimeout)
		}
	}
	t.background.Wait()
	select {
	case <-t.notifier.idle():
	case <-deadline: // a lost notification only costs time
	}
	return nil
}

// addMember adds a member. The first one starts the background goroutines.
func (t *Transport) addMember(m *member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.members[m] = struct{}{}
	if t.stopBackground != nil {
		return
	}
	var ctx context.Context
	ctx, t.stopBackground = context.WithCancel(context.Background())
	t.background.Go(func() { t.clean(ctx) })
	if t.settings.listener != nil {
		t.background.Go(func() { t.listen(ctx) })
	}
}

// removeMember removes a member. The last one stops the background goroutines.
func (t *Transport) removeMember(m *member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.members, m)
	if len(t.members) == 0 {
		t.stopBackground()
		t.stopBackground = nil
	}
}

func (t *Transport) allMembers() (all []*member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for m := range t.members {
		all = append(all, m)
	}
	return all
}

// wake makes the members that subscribe to a type poll; all members for "".
func (t *Transport) wake(typ string) {
	for _, m := range t.allMembers() {
		if typ == "" || m.typ == typ {
			m.wake()
		}
	}
}
