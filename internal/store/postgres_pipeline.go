package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// A round trip to PostgreSQL costs more than most statements. So a statement is held back until a caller needs an answer: BEGIN is sent
// with the transaction's first query, a statement without a result with the next query, and the rest with COMMIT. A transfer takes two
// round trips this way instead of six.

// maxWaiting bounds how many statements are held back for the next query.
const maxWaiting = 128

// pipelines makes pipelined connections.
type pipelines struct {
	driver.Connector
	patience time.Duration // for each round trip
	// generation counts how often a connection was lost. When one is lost, the others made before it are most likely dead too, and each
	// would cost a caller the patience to find out.
	generation *atomic.Int64
}

func (p pipelines) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	pg, ok := conn.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("store: an unexpected connection: %T", conn)
	}
	return &pipelined{Conn: pg, patience: p.patience, generation: p.generation.Load(), now: p.generation}, nil
}

// patienceKey holds the patience of one query in its context, if it differs from its connection's.
type patienceKey struct{}

// pipelined is one connection. Like any driver's, it is used by one goroutine at a time.
type pipelined struct {
	*stdlib.Conn
	patience   time.Duration
	generation int64         // when the connection was made
	now        *atomic.Int64 // the current generation

	inTransaction bool
	begun         bool // BEGIN has been sent to the server
	waiting       []*statement
	committing    bool  // COMMIT may have been sent to the server
	err           error // set when the transaction failed; it can only be rolled back
}

// statement is a statement that is waiting to be sent, or its result.
type statement struct {
	conn  *pipelined
	ctx   context.Context // for RowsAffected, which takes none
	query string
	args  []any
	read  func(results pgx.BatchResults) error // reads its rows; nil for a statement without any
	sent  bool
	tag   pgconn.CommandTag
}

// lostError means that the connection is gone.
type lostError struct{ error }

func (e lostError) Unwrap() error { return e.error }

// ResetSession is called before the connection is used again.
func (c *pipelined) ResetSession(ctx context.Context) error {
	if c.generation != c.now.Load() {
		return driver.ErrBadConn
	}
	return c.Conn.ResetSession(ctx)
}

// Close does not wait for an answer from a connection that is most likely dead, and hides its error from the caller.
func (c *pipelined) Close() error {
	if c.generation == c.now.Load() {
		return c.Conn.Close()
	}
	_ = c.Conn.Conn().PgConn().Conn().Close()
	_ = c.Conn.Close()
	return nil
}

func (c *pipelined) BeginTx(_ context.Context, options driver.TxOptions) (driver.Tx, error) {
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	c.inTransaction = true
	query := "begin"
	if options.ReadOnly {
		query = "begin isolation level repeatable read, read only"
	}
	c.waiting = append(c.waiting, &statement{conn: c, query: query})
	return &transaction{c}, nil
}

// PrepareContext always fails: a prepared statement would overtake those that are held back. Queries are prepared all the same, by their
// text.
func (c *pipelined) PrepareContext(context.Context, string) (driver.Stmt, error) {
	return nil, errors.New("store: this connection does not prepare statements")
}

func (c *pipelined) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s := c.add(ctx, query, values(args))
	if c.inTransaction && len(c.waiting) < maxWaiting {
		return s, c.err
	}
	return s, c.send(ctx)
}

func (c *pipelined) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows := &resultRows{}
	c.add(ctx, query, values(args)).read = rows.read
	if err := c.send(ctx); err != nil {
		return nil, err
	}
	return rows, nil
}

func values(named []driver.NamedValue) []any {
	args := make([]any, len(named))
	for i, value := range named {
		args[i] = value.Value
	}
	return args
}

// add adds a statement to those that wait to be sent.
func (c *pipelined) add(ctx context.Context, query string, args []any) *statement {
	for i := range args {
		args[i] = argument(args[i])
	}
	s := &statement{conn: c, ctx: ctx, query: query, args: args}
	c.waiting = append(c.waiting, s)
	return s
}

// argument saves pgx from converting an id to text and back.
func argument(value any) any {
	switch id := value.(type) {
	case uuid.UUID:
		return [16]byte(id)
	case *uuid.UUID:
		if id == nil {
			return nil
		}
		return [16]byte(*id)
	case []uuid.UUID:
		ids := make(pgtype.FlatArray[pgtype.UUID], len(id))
		for i := range id {
			ids[i] = pgtype.UUID{Bytes: id[i], Valid: true}
		}
		return ids
	}
	return value
}

// LastInsertId always fails: PostgreSQL has no such id.
func (s *statement) LastInsertId() (int64, error) { return 0, errors.ErrUnsupported }

func (s *statement) RowsAffected() (int64, error) {
	if !s.sent {
		if err := s.conn.send(s.ctx); err != nil {
			return 0, err
		}
	}
	return s.tag.RowsAffected(), nil
}

// send sends all waiting statements in one round trip, and reads their results.
func (c *pipelined) send(ctx context.Context) error {
	statements := c.waiting
	c.waiting = nil
	if c.err != nil {
		return c.err
	}
	patience := c.patience
	if own, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		patience = own
	}
	// A deadline in the context would cost a goroutine for each round trip.
	wire := c.Conn.Conn().PgConn().Conn()
	if err := wire.SetDeadline(time.Now().Add(patience)); err != nil { //nolint:forbidigo // the network's clock, not the bank's
		return lostError{err}
	}
	defer func() { _ = wire.SetDeadline(time.Time{}) }()
	err := c.roundTrip(ctx, statements)
	if err == nil {
		return nil
	}
	if c.Conn.Conn().IsClosed() {
		c.now.CompareAndSwap(c.generation, c.generation+1)
		err = lostError{err}
	}
	if c.inTransaction {
		c.err = err
	}
	return err
}

func (c *pipelined) roundTrip(ctx context.Context, statements []*statement) error {
	conn := c.Conn.Conn()
	batch := &pgx.Batch{}
	for _, s := range statements {
		// Prepared once per query and connection; the batch finds it by the query's text.
		if _, err := conn.Prepare(ctx, s.query, s.query); err != nil {
			return err
		}
		batch.Queue(s.query, s.args...)
	}
	c.begun = c.inTransaction
	c.committing = statements[len(statements)-1].query == "commit"
	results := conn.SendBatch(ctx, batch)
	defer func() { _ = results.Close() }()
	for _, s := range statements {
		if err := s.receive(results); err != nil {
			return err
		}
	}
	return results.Close()
}

func (s *statement) receive(results pgx.BatchResults) error {
	if s.read != nil {
		return s.read(results)
	}
	tag, err := results.Exec()
	s.sent, s.tag = err == nil, tag
	return err
}

// transaction commits or rolls back its connection's transaction.
type transaction struct{ conn *pipelined }

// Commit returns ErrUnknown if the server may have committed without confirming it.
func (t *transaction) Commit() error {
	c := t.conn
	defer c.end()
	if c.err != nil {
		return errors.Join(c.err, c.rollback())
	}
	if !c.begun && len(c.waiting) == 1 {
		return nil // only BEGIN is waiting: nothing was done
	}
	clear(c.Conn.Conn().PgConn().CustomData())
	last := c.add(context.Background(), "commit", nil)
	if err := c.send(context.Background()); err != nil {
		if c.committing && mayHaveCommitted(err) {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		return errors.Join(err, c.rollback())
	}
	if last.tag.String() != "COMMIT" {
		return errors.New("store: the transaction had failed before its commit")
	}
	// Usually the wait for a synchronous replica was cut short: a failover would lose the transaction.
	if warning, warned := c.Conn.Conn().PgConn().CustomData()[warningKey]; warned {
		return fmt.Errorf("%w: %v", ErrUnknown, warning)
	}
	return nil
}

func (t *transaction) Rollback() error {
	defer t.conn.end()
	return t.conn.rollback()
}

// rollback closes the connection if it fails, so the pool does not take it back.
func (c *pipelined) rollback() error {
	if !c.begun || c.Conn.Conn().IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.patience)
	defer cancel()
	_, err := c.Conn.Conn().Exec(ctx, "rollback")
	return err
}

func (c *pipelined) end() {
	c.inTransaction, c.begun, c.committing, c.waiting, c.err = false, false, false, nil, nil
}

const warningKey = "warning"

// noteWarning keeps a warning of the server for Commit.
func noteWarning(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.SeverityUnlocalized == "WARNING" {
		conn.CustomData()[warningKey] = notice.Message
	}
}

// resultRows holds all rows of a result.
type resultRows struct {
	columns []string
	values  [][]any
}

func (r *resultRows) read(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for _, field := range rows.FieldDescriptions() {
		r.columns = append(r.columns, field.Name)
	}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		r.values = append(r.values, values)
	}
	return rows.Err()
}

func (r *resultRows) Columns() []string { return r.columns }

func (r *resultRows) Close() error { return nil }

func (r *resultRows) Next(into []driver.Value) error {
	if len(r.values) == 0 {
		return io.EOF
	}
	for i, value := range r.values[0] {
		if id, isID := value.([16]byte); isID {
			value = id[:]
		}
		into[i] = value
	}
	r.values = r.values[1:]
	return nil
}
