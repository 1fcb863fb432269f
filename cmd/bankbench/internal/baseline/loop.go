package baseline

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// The bank's writer (internal/store) has the same durability, cache and size of the log. They are repeated here, because a yardstick
// should not change with what it measures.
const (
	options  = "_synchronous=FULL&_journal_mode=WAL&_mutex=no&_txlock=immediate&_busy_timeout=5000&_foreign_keys=on&_cache_size=-65536"
	logPages = 10_000
)

// groupSize is how many transfers the loop commits at once: about as many as a busy writer finds waiting.
const groupSize = 64

// schema is the minimum that a transfer needs: keys, accounts, and entries in the order of their arrival.
const schema = `
CREATE TABLE keys (key TEXT NOT NULL PRIMARY KEY, entry INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (number INTEGER PRIMARY KEY, balance INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE entries (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, sequence INTEGER NOT NULL, amount INTEGER NOT NULL,
	balance INTEGER NOT NULL, counterparty INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;`

// Loop is a SQLite database without a bank, and measures what SQLite alone costs.
type Loop struct {
	pool     *sql.DB
	accounts int
	serial   uint64

	claim, read, write, move *sql.Stmt
}

// OpenLoop creates the database in a new file.
func OpenLoop(ctx context.Context, path string, accounts int) (*Loop, error) {
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options}
	pool, err := sql.Open("sqlite3", name.String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	l := &Loop{pool: pool, accounts: accounts}
	if err := l.fill(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("make the bare database: %w", err), pool.Close())
	}
	return l, nil
}

func (l *Loop) fill(ctx context.Context) error {
	_, err := l.pool.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA wal_autocheckpoint = %d;", logPages)+`
		WITH RECURSIVE counted (number) AS (VALUES (0) UNION ALL SELECT number + 1 FROM counted WHERE number < ?)
		INSERT INTO accounts SELECT number, 1000000000, 0, zeroblob(32) FROM counted;`, l.accounts-1)
	if err != nil {
		return err
	}
	for statement, text := range map[**sql.Stmt]string{
		&l.claim: "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING",
		&l.read:  "SELECT balance, sequence FROM accounts WHERE number = ?",
		&l.write: "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?)",
		&l.move:  "UPDATE accounts SET balance = ?, sequence = ?, hash = ? WHERE number = ?",
	} {
		if *statement, err = l.pool.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // Close closes them with the pool
			return err
		}
	}
	return nil
}

// Run transfers between random accounts until ctx ends, and returns the number of committed transfers. It commits at least one group.
func (l *Loop) Run(ctx context.Context) (transfers int64, err error) {
	random := rand.New(rand.NewPCG(l.serial, 0)) //nolint:gosec // any accounts will do
	for ended := false; !ended; ended = ctx.Err() != nil {
		if err := l.commitGroup(context.WithoutCancel(ctx), random); err != nil {
			return transfers, fmt.Errorf("the bare loop: %w", err)
		}
		transfers += groupSize
	}
	return transfers, nil
}

func (l *Loop) commitGroup(ctx context.Context, random *rand.Rand) error {
	tx, err := l.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	group := statements{                 // closed with the transaction
		claim: tx.StmtContext(ctx, l.claim), read: tx.StmtContext(ctx, l.read),
		write: tx.StmtContext(ctx, l.write), move: tx.StmtContext(ctx, l.move),
	}
	for range groupSize {
		l.serial++
		from := random.IntN(l.accounts)
		to := (from + 1 + random.IntN(l.accounts-1)) % l.accounts
		if err := group.transfer(ctx, l.serial, from, to); err != nil {
			return err
		}
	}
	return tx.Commit()
}

type statements struct{ claim, read, write, move *sql.Stmt }

// transfer does what every transfer must do: claim one key, read two accounts, write two entries, update two accounts.
func (s *statements) transfer(ctx context.Context, serial uint64, from, to int) error {
	// As long as a real key, and ordered by time like one.
	if _, err := s.claim.ExecContext(ctx, fmt.Sprintf("%036d", serial), int64(serial)); err != nil {
		return err
	}
	var hash [32]byte
	binary.BigEndian.PutUint64(hash[:], serial)
	for _, leg := range []struct{ account, other, amount int }{{from, to, -1}, {to, from, 1}} {
		var balance, sequence int
		if err := s.read.QueryRowContext(ctx, leg.account).Scan(&balance, &sequence); err != nil {
			return err
		}
		balance, sequence = balance+leg.amount, sequence+1
		if _, err := s.write.ExecContext(ctx, leg.account, sequence, leg.amount, balance, leg.other, hash[:]); err != nil {
			return err
		}
		if _, err := s.move.ExecContext(ctx, balance, sequence, hash[:], leg.account); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the database; its file stays.
func (l *Loop) Close() error { return l.pool.Close() }
