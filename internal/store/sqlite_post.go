package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// poster reads what a batch touches, and writes what the batch decides, in the transaction that the writer has begun. One statement for
// each row is faster here than one for all rows: a call into SQLite costs less than the JSON that would carry the rows. The statements
// are the driver's own, because through database/sql a batch takes a quarter more processor time.
type poster struct {
	conn *sql.Conn

	account, session, key, reference, reversed, hold, dueHolds, trail *preparedStatement

	insertHold, updateHold, insertEntry, updateSpent, insertKey, touchKey, insertResults, insertEvent *preparedStatement
}

func newPoster(conn *sql.Conn) (*poster, error) {
	p := &poster{conn: conn}
	return p, conn.Raw(func(driverConn any) error {
		for _, s := range []struct {
			statement **preparedStatement
			query     string
		}{
			{&p.account, db.LockAccount}, {&p.session, db.SessionByID}, {&p.key, db.IdempotencyKeyByName},
			{&p.reference, db.ReferenceTaken}, {&p.reversed, db.ReversedAmount}, {&p.hold, db.HoldByID}, {&p.dueHolds, db.ListDueHolds},
			{&p.insertHold, db.InsertHold}, {&p.updateHold, db.UpdateHold}, {&p.insertEntry, db.InsertTransaction}, {&p.updateSpent, db.UpdateSpent},
			{&p.insertKey, db.InsertIdempotencyKey}, {&p.touchKey, db.TouchIdempotencyKey}, {&p.insertResults, db.InsertTransferBatch}, {&p.trail, db.EventChainEnd},
			{&p.insertEvent, db.InsertEvent},
		} {
			var err error
			if *s.statement, err = newStatement(driverConn, s.query); err != nil {
				return fmt.Errorf("prepare %q: %w", s.query, err)
			}
		}
		return nil
	})
}

// close closes the statements. The connection stays open.
func (p *poster) close() error {
	var failures []error
	for _, s := range []*preparedStatement{
		p.account, p.session, p.key, p.reference, p.reversed, p.hold, p.dueHolds, p.trail, p.insertHold, p.updateHold, p.insertEntry,
		p.updateSpent, p.insertKey, p.touchKey, p.insertResults,
		p.insertEvent,
	} {
		failures = append(failures, s.Close())
	}
	return errors.Join(failures...)
}

// carryOut reads, decides and writes a batch. An error means that the batch may have been written in part.
func (p *poster) carryOut(b *batch) error {
	return p.conn.Raw(func(any) error {
		if err := p.read(b); err != nil {
			return err
		}
		b.decide()
		return p.write(b)
	})
}

func (p *poster) read(b *batch) error {
	for _, number := range b.accounts {
		row, err := p.account.row(number)
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		account, err := accountIn(row)
		if err != nil {
			return err
		}
		b.add(account)
	}
	if err := p.readHolds(b); err != nil {
		return err
	}
	for id := range b.sessions {
		row, err := p.session.row(id.String())
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		if b.sessions[id], err = sessionIn(row); err != nil {
			return err
		}
	}
	if b.trail != nil {
		row, err := p.trail.row()
		if err != nil {
			return err
		}
		c := columns{values: row}
		if b.trail.Sequence, b.trail.Hash = c.number(), c.bytes(); c.err != nil {
			return c.err
		}
	}
	return p.readTaken(b)
}

// readTaken reads which keys and references are taken.
func (p *poster) readTaken(b *batch) error {
	for _, name := range b.keys {
		row, err := p.key.row(name.Text, name.Scope)
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		if b.Claims[name], err = claimIn(row); err != nil {
			return err
		}
	}
	for _, name := range b.references {
		row, err := p.reference.row(int64(name.Account), name.Reference)
		if err != nil {
			return err
		}
		c := columns{values: row}
		if c.flag() {
			b.References[name] = struct{}{}
		}
		if c.err != nil {
			return c.err
		}
	}
	return p.readReversed(b)
}

// readReversed reads how much of the entries to reverse has been reversed before.
func (p *poster) readReversed(b *batch) error {
	for _, id := range b.reversed {
		row, err := p.reversed.row(id.String())
		if err != nil {
			return err
		}
		c := columns{values: row}
		if b.Reversed[id] = (ledger.Reversed{Amount: ledger.Money(c.number()), Times: c.number()}); c.err != nil {
			return c.err
		}
	}
	return nil
}

func (p *poster) write(b *batch) error {
	if err := p.writeEntries(b); err != nil {
		return err
	}
	for _, spent := range b.spent() {
		if err := p.updateSpent.exec(
			spent.SpentDay, spent.SpentOnDay, spent.SpentMonth, spent.SpentInMonth, spent.AccountNumber); err != nil {
			return err
		}
	}
	for _, name := range b.Claimed {
		c := b.Claims[name]
		if err := p.insertKey.exec(
			name.Text, name.Scope, c.Fingerprint, int64(c.Kind), c.ID.String(), c.Time.UnixMicro()); err != nil {
			return err
		}
	}
	for i := range b.kept {
		r := &b.kept[i]
		if err := p.insertResults.exec(
			r.ID.String(), r.AccountNumber, r.Mode, r.CreatedAt, r.TotalAmount, r.Results); err != nil {
			return err
		}
	}
	for i := range b.events {
		e := &b.events[i]
		if err := p.insertEvent.exec(
			e.Sequence, e.ID.String(), string(e.Type), int64(e.Account), e.Actor, e.Address, e.RequestID, e.ServerRequestID,
			e.Timestamp.UnixMicro(), e.Count, e.Detail, e.Previous[:], e.Hash[:]); err != nil {
			return err
		}
	}
	for _, name := range b.Repeated {
		if _, err := p.touchKey.row(name.Text, name.Scope); err != nil {
			return err
		}
	}
	return nil
}

// writeEntries writes entries and holds: changed holds first, to free the money that entries take, and new holds last, when the money has
// arrived.
func (p *poster) writeEntries(b *batch) error {
	if err := p.writeChangedHolds(b); err != nil {
		return err
	}
	for i := range b.Entries {
		if err := p.insertEntry.exec(entryValues(&b.Entries[i])...); err != nil {
			return err
		}
	}
	return p.writePlacedHolds(b)
}

// entryValues returns an entry in the order of db.InsertTransactionParams.
func entryValues(e *ledger.Entry) []driver.Value {
	var counterparty driver.Value
	if e.Transfer != uuid.Nil {
		counterparty = int64(e.Counterparty)
	}
	return []driver.Value{
		e.ID.String(), int64(e.Account), e.Sequence, idOrNull(e.Previous), TypeNumber(e.Type), int64(e.Amount), e.Currency,
		int64(e.BalanceAfter), e.Timestamp.UnixMicro(), e.Description, e.Reference, e.Via, idOrNull(e.Hold), idOrNull(e.Reverses),
		idOrNull(e.Transfer), counterparty, e.Hash[:],
	}
}

func idOrNull(id uuid.UUID) driver.Value {
	if id == uuid.Nil {
		return nil
	}
	return id.String()
}

// accountIn, sessionIn and claimIn read rows whose columns are in the order of db's types.

func accountIn(row []driver.Value) (ledger.Account, error) {
	c := columns{values: row}
	account := AccountOf(&db.LockAccountRow{
		AccountNumber: c.number(), Balance: c.number(), Held: c.number(), Currency: c.text(),
		LastSequence: c.number(), LastID: c.optionalID(), LastHash: c.bytes(), LastTimestamp: c.number(),
		Closed: c.flag(), DebitsFrozen: c.flag(), CreditsFrozen: c.flag(), FrozenUntil: c.optionalNumber(),
		LimitPerTransfer: c.optionalNumber(), LimitDaily: c.optionalNumber(), LimitMonthly: c.optionalNumber(),
		SpentDay: c.number(), SpentOnDay: c.number(), SpentMonth: c.number(), SpentInMonth: c.number(),
	})
	return account, c.err
}

func sessionIn(row []driver.Value) (*db.SessionByIDRow, error) {
	c := columns{values: row}
	session := &db.SessionByIDRow{
		ID: c.id(), CustomerID: c.id(), AccountNumber: c.number(), RefreshJti: c.id(), LastUsedAt: c.number(), ExpiresAt: c.number(),
		EndedAt: c.optionalNumber(), SecondFactor: c.flag(), LongPin: c.flag(), Role: c.text(), SignInLocked: c.flag(),
	}
	return session, c.err
}

func claimIn(row []driver.Value) (ledger.Claim, error) {
	c := columns{values: row}
	claim := ledger.Claim{Fingerprint: c.bytes(), Kind: ledger.Kind(c.number()), ID: c.id()}
	return claim, c.err
}
