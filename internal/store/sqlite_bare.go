package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
)

// bareGroup is how many transfers the bare loop commits at once: about as many as a busy writer finds waiting.
const bareGroup = 64

// bareSchema is the minimum that a transfer needs: keys, accounts, and entries in the order of their arrival.
const bareSchema = `
CREATE TABLE keys (key TEXT NOT NULL PRIMARY KEY, entry INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (number INTEGER PRIMARY KEY, balance INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE entries (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, sequence INTEGER NOT NULL, amount INTEGER NOT NULL,
	balance INTEGER NOT NULL, counterparty INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;`

// Bare is a SQLite database without a bank. It measures what SQLite alone costs, for "bankcore bench --baseline" to compare with. It is
// opened with the same options as a real one.
type Bare struct {
	pool     *sql.DB
	accounts int
	serial   uint64

	claim, read, write, move *sql.Stmt
}

// OpenBare creates the database in a new file.
func OpenBare(ctx context.Context, path string, accounts int) (*Bare, error) {
	pool, err := openSQLite(path, writerOptions+"&_journal_mode=WAL")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	b := &Bare{pool: pool, accounts: accounts}
	if err := b.fill(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("make the bare database: %w", err), pool.Close())
	}
	return b, nil
}

func (b *Bare) fill(ctx context.Context) error {
	_, err := b.pool.ExecContext(ctx, bareSchema+fmt.Sprintf("PRAGMA wal_autocheckpoint = %d;", walPages)+`
		WITH RECURSIVE counted (number) AS (VALUES (0) UNION ALL SELECT number + 1 FROM counted WHERE number < ?)
		INSERT INTO accounts SELECT number, 1000000000, 0, zeroblob(32) FROM counted;`, b.accounts-1)
	if err != nil {
		return err
	}
	for statement, text := range map[**sql.Stmt]string{
		&b.claim: "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING",
		&b.read:  "SELECT balance, sequence FROM accounts WHERE number = ?",
		&b.write: "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?)",
		&b.move:  "UPDATE accounts SET balance = ?, sequence = ?, hash = ? WHERE number = ?",
	} {
		if *statement, err = b.pool.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // Close closes them with the pool
			return err
		}
	}
	return nil
}

// Run transfers between random accounts until ctx ends, and returns the number of committed transfers.
func (b *Bare) Run(ctx context.Context) (transfers int64, err error) {
	random := rand.New(rand.NewPCG(b.serial, 0)) //nolint:gosec // any accounts will do
	for ctx.Err() == nil {
		if err := b.commitGroup(context.WithoutCancel(ctx), random); err != nil {
			return transfers, fmt.Errorf("the bare loop: %w", err)
		}
		transfers += bareGroup
	}
	return transfers, nil
}

func (b *Bare) commitGroup(ctx context.Context, random *rand.Rand) error {
	tx, err := b.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	group := bareStatements{             // closed with the transaction
		claim: tx.StmtContext(ctx, b.claim), read: tx.StmtContext(ctx, b.read),
		write: tx.StmtContext(ctx, b.write), move: tx.StmtContext(ctx, b.move),
	}
	for range bareGroup {
		b.serial++
		from := random.IntN(b.accounts)
		to := (from + 1 + random.IntN(b.accounts-1)) % b.accounts
		if err := group.transfer(ctx, b.serial, from, to); err != nil {
			return err
		}
	}
	return tx.Commit()
}

type bareStatements struct{ claim, read, write, move *sql.Stmt }

// transfer does what every transfer must do: claim one key, read two accounts, write two entries, update two accounts.
func (s *bareStatements) transfer(ctx context.Context, serial uint64, from, to int) error {
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
func (b *Bare) Close() error { return b.pool.Close() }
