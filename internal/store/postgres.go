package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/bankingcore/bankcore/internal/db"
)

const (
	// patience bounds a round trip of a writing transaction or of a single query. After so long, a server that has vanished is noticed.
	patience = 5 * time.Second
	// viewPatience is the same for a query of a snapshot, which may read the whole history.
	viewPatience = 10 * time.Minute
	// connectPatience bounds the attempt to connect to each host.
	connectPatience = 2 * time.Second
	// retryPatience bounds how long work is retried while the database is away, or while other transactions conflict with it.
	retryPatience = 8 * time.Second
	// The pauses between tries double, from the first to the longest. After a conflict they stay short: a transaction that has lost often
	// must not wait longer than the new ones it competes with, or it is likely to lose until its patience ends.
	firstPause, longestPause, longestConflictPause = 2 * time.Millisecond, 500 * time.Millisecond, 32 * time.Millisecond

	// defaultConnections is how many connections a process opens to one database, unless the URL's pool_max_conns says otherwise.
	// Most of them write.
	defaultConnections = 24
)

// postgres is the engine for several machines. The server runs transactions concurrently, so each call of Update has a transaction
// of its own.
type postgres struct {
	gathering  gathering
	writing    *sql.DB
	reading    *sql.DB // its connections cannot write
	generation atomic.Int64
	waiting    atomic.Int64
	extra      []string // what the operator has added to the schema
	owner      bool     // its role may alter the bank's tables
	never      chan struct{}

	closing sync.RWMutex // held for reading while anything runs
	closed  bool
}

func newPostgres(ctx context.Context, databaseURL string) (*postgres, error) {
	config, connections, err := postgresConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	p := &postgres{never: make(chan struct{})}
	p.gathering.carryOut = p.carryOut
	reads := max(1, connections/3)
	// A dead connection is noticed when it is used, and then the work is done on another one.
	neverPing := stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false })
	// Not as a startup parameter: pgx would take the host for one that accepts no writes.
	readOnly := stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET default_transaction_read_only = on")
		return err
	})
	// Writers plan a statement once, whatever the size of its arrays: planning each anew took a quarter of a lone transfer. A plan from when
	// a table was small would read all of it, however large it has become, so they always use the indexes. The compiler is off, because it
	// takes what has no index for expensive.
	byIndex := stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `SET plan_cache_mode = force_generic_plan;
			SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off`)
		return err
	})
	p.writing = pool(pipelines{stdlib.GetConnector(*config, neverPing, byIndex), patience, &p.generation}, max(1, connections-reads))
	p.reading = pool(pipelines{stdlib.GetConnector(*config, neverPing, readOnly), viewPatience, &p.generation}, reads)
	if err := p.check(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", classify(oneLine{err})), p.close())
	}
	return p, nil
}

// postgresConfig parses a URL and adds safe settings where it has none.
func postgresConfig(databaseURL string) (*pgx.ConnConfig, int, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, 0, errors.New("DATABASE_URL: not a URL of PostgreSQL") // pgx's own error quotes it
	}
	connections := defaultConnections
	if text, given := config.RuntimeParams["pool_max_conns"]; given {
		delete(config.RuntimeParams, "pool_max_conns")
		if connections, err = strconv.Atoi(text); err != nil || connections < 2 || connections > 1000 {
			return nil, 0, errors.New("DATABASE_URL: expected pool_max_conns from 2 to 1000")
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectPatience
	}
	if config.ValidateConnect == nil {
		// A replica would accept the reads and refuse the writes.
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	for name, value := range map[string]string{
		"application_name": "bankcore",
		// A process that vanishes between two statements keeps its locks no longer than this,
		"idle_in_transaction_session_timeout": "10s",
		// and the server stops waiting for a lock before patience ends. Otherwise a lock that another client holds looks like a server
		// that has vanished.
		"lock_timeout": "4s",
	} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	dialer := net.Dialer{Timeout: config.ConnectTimeout, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3,
	}, Control: giveUpOnSilence}
	config.DialFunc = dialer.DialContext
	config.OnNotice = noteWarning
	return config, connections, nil
}

func pool(connector driver.Connector, connections int) *sql.DB {
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// check refuses a database that is not a bank of this version, or that was tampered with. A replica can be checked like its primary.
func (p *postgres) check(ctx context.Context, config *pgx.ConnConfig) error {
	pool := plainPool(config)
	defer func() { _ = pool.Close() }()
	empty, err := identifyPostgres(ctx, pool)
	if err != nil {
		return err
	}
	if empty {
		return fmt.Errorf("%w: the database is empty; `bankcore migrate` fills it", ErrSchema)
	}
	has, wants, err := versions(ctx, pool, goose.DialectPostgres)
	if err == nil {
		err = checkVersion(has, wants)
	}
	if err != nil {
		return err
	}
	if p.extra, err = checkPostgresObjects(ctx, pool, has); err != nil {
		return err
	}
	p.owner, err = ownsTables(ctx, pool)
	return err
}

func (p *postgres) close() error {
	p.closing.Lock()
	defer p.closing.Unlock()
	p.closed = true
	return errors.Join(p.reading.Close(), p.writing.Close())
}

func (p *postgres) claim() error { return nil }

func (p *postgres) failed() <-chan struct{} { return p.never }

func (p *postgres) queued() int { return int(p.waiting.Load()) + p.gathering.queued() }

func (p *postgres) copyTo(context.Context, string) (string, error) {
	return "", ErrNotSQLite
}

// ping uses a connection that could write.
func (p *postgres) ping(ctx context.Context) error {
	var readOnly string
	if err := p.writing.QueryRowContext(ctx, "SHOW transaction_read_only").Scan(&readOnly); err != nil {
		return unavailable(err)
	}
	if readOnly != "off" {
		return fmt.Errorf("%w: the database accepts no writes", ErrUnavailable)
	}
	return nil
}

func (p *postgres) view(ctx context.Context, fn work) error {
	return p.retry(ctx, func(waiting context.Context) error {
		conn, err := p.reading.Conn(waiting)
		if err != nil {
			return notConnected(err)
		}
		defer func() { _ = conn.Close() }() // back to the pool
		tx, err := conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after an error or a panic
		if err := fn(context.WithoutCancel(ctx), db.New(tx)); err != nil {
			return firstFailure(conn, err)
		}
		if err := tx.Commit(); !errors.Is(err, ErrUnknown) { // there was nothing to commit
			return err
		}
		return nil
	})
}

func (p *postgres) read(ctx context.Context, fn work) error {
	return p.retry(ctx, func(waiting context.Context) error {
		conn, err := p.reading.Conn(waiting)
		if err != nil {
			return notConnected(err)
		}
		defer func() { _ = conn.Close() }()
		return fn(context.WithValue(context.WithoutCancel(ctx), patienceKey{}, patience), db.New(conn))
	})
}

func (p *postgres) update(ctx context.Context, fn work) error {
	return p.retry(ctx, func(waiting context.Context) error { return p.attempt(waiting, insideUpdate(ctx), fn) })
}

// attempt runs fn in one transaction, at the database's default isolation level: fn is correct at every level.
func (p *postgres) attempt(waiting, ctx context.Context, fn work) error {
	if p.waiting.Add(1) > maxQueued {
		p.waiting.Add(-1)
		return fmt.Errorf("%w: %d callers are already waiting", ErrUnavailable, maxQueued)
	}
	conn, err := p.writing.Conn(waiting)
	p.waiting.Add(-1)
	if err != nil {
		return notConnected(err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after an error or a panic; after a commit it does nothing
	if err = fn(ctx, db.New(tx)); err != nil {
		err = firstFailure(conn, err)
	} else {
		err = tx.Commit()
	}
	return dropReadOnly(conn, err)
}

// dropReadOnly gives a connection up if an error shows that its server has become a replica. The pool then connects to the primary.
func dropReadOnly(conn *sql.Conn, err error) error {
	if isReadOnly(err) {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		return lostError{err}
	}
	return err
}

// firstFailure returns the error that ended the transaction, in case fn returned a different one.
func firstFailure(conn *sql.Conn, err error) error {
	_ = conn.Raw(func(driverConn any) error {
		if c, ok := driverConn.(*pipelined); ok && c.err != nil {
			err = c.err
		}
		return nil
	})
	return err
}

// notConnected marks an error as "no connection yet".
func notConnected(err error) error { return lostError{oneLine{err}} }

// retry repeats work that failed for a reason that may pass, as long as the caller waits, and for a limited time.
func (p *postgres) retry(ctx context.Context, do func(waiting context.Context) error) error {
	waiting, leave, err := p.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	for try := 0; ; try++ {
		err := do(waiting)
		if err == nil || !retryable(err) {
			return classify(err)
		}
		if !pause(waiting, retryPause(try, err)) {
			return classify(err)
		}
	}
}

// enter keeps the store open until leave is called. The context that it returns ends when the work is to be tried no more.
func (p *postgres) enter(ctx context.Context) (waiting context.Context, leave func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, classify(ctx.Err())
	}
	p.closing.RLock()
	if p.closed {
		p.closing.RUnlock()
		return nil, nil, errClosed
	}
	waiting, cancel := context.WithTimeout(ctx, retryPatience)
	return waiting, func() { cancel(); p.closing.RUnlock() }, nil
}

// pause waits, and reports whether ctx has lasted for so long.
func pause(ctx context.Context, length time.Duration) bool {
	select {
	case <-time.After(length):
		return true
	case <-ctx.Done():
		return false
	}
}

// retryPause returns how long to wait after a number of failed tries, the last of which ended with err.
func retryPause(try int, err error) time.Duration {
	longest := longestPause
	if isConflict(err) {
		longest = longestConflictPause
	}
	pause := min(firstPause<<min(try, 10), longest)
	return pause/2 + rand.N(pause) //nolint:gosec // spreads out transactions that conflicted
}
