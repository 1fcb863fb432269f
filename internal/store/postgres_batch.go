package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/db/pgdb"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// read reads what a batch needs. At READ COMMITTED, what follows the lock of the accounts sees all that was committed before it.
func (c *pipelined) read(ctx context.Context, b *batch) error {
	c.add(ctx, pgdb.LockAccounts, []any{b.accounts}).read = b.readAccounts
	if len(b.holds) > 0 {
		c.add(ctx, pgdb.HoldsByID, []any{b.holds}).read = b.readHolds
	}
	if len(b.sessions) > 0 {
		ids := make([]uuid.UUID, 0, len(b.sessions))
		for id := range b.sessions {
			ids = append(ids, id)
		}
		c.add(ctx, pgdb.SessionsByID, []any{ids}).read = b.readSessions
	}
	if len(b.keys) > 0 {
		texts, scopes := keyArrays(b.keys)
		c.add(ctx, pgdb.IdempotencyKeysByName, []any{texts, scopes}).read = b.readClaims
	}
	if len(b.references) > 0 {
		accounts, references := make([]int64, len(b.references)), make([]string, len(b.references))
		for i, name := range b.references {
			accounts[i], references[i] = int64(name.Account), name.Reference
		}
		c.add(ctx, pgdb.ReferencesTaken, []any{accounts, references}).read = b.readReferences
	}
	if len(b.reversed) > 0 {
		c.add(ctx, pgdb.ReversedAmounts, []any{b.reversed}).read = b.readReversed
	}
	if b.trail != nil { // the lock that every transaction takes last: see LockEventChain
		c.add(ctx, db.LockEventChain, nil).read = b.readTrail
	}
	if err := c.send(ctx); err != nil {
		return err
	}
	numbers := b.reserved()
	if len(numbers) == 0 {
		return nil
	}
	c.add(ctx, pgdb.DueHolds, []any{numbers, b.now.UnixMicro(), int64(maxDue)}).read = b.readHolds
	return c.send(ctx)
}

// arrived lets generated code read the next result that has arrived.
type arrived struct {
	pgdb.DBTX

	results pgx.BatchResults
}

func (a arrived) Query(context.Context, string, ...any) (pgx.Rows, error) { return a.results.Query() }

func (b *batch) readAccounts(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).LockAccounts(context.Background(), nil)
	for i := range rows {
		account := db.LockAccountRow(rows[i])
		b.add(AccountOf(&account))
	}
	return err
}

func (b *batch) readSessions(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).SessionsByID(context.Background(), nil)
	for i := range rows {
		session := db.SessionByIDRow(rows[i])
		b.sessions[session.ID] = &session
	}
	return err
}

func (b *batch) readClaims(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).IdempotencyKeysByName(context.Background(), pgdb.IdempotencyKeysByNameParams{})
	for _, row := range rows {
		name := ledger.KeyName{Scope: row.Scope, Text: row.IdempotencyKey}
		b.Claims[name] = ledger.Claim{Fingerprint: row.Fingerprint, Kind: ledger.Kind(row.Kind), ID: row.ID}
	}
	return err
}

func (b *batch) readReferences(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).ReferencesTaken(context.Background(), pgdb.ReferencesTakenParams{})
	for _, row := range rows {
		b.References[ledger.ReferenceName{Account: ledger.AccountNumber(row.AccountNumber), Reference: row.Reference}] = struct{}{}
	}
	return err
}

func (b *batch) readReversed(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).ReversedAmounts(context.Background(), nil)
	for _, row := range rows {
		b.Reversed[*row.ReversesID] = ledger.Reversed{Amount: ledger.Money(row.Amount), Times: row.Times}
	}
	return err
}

func (b *batch) readHolds(results pgx.BatchResults) error {
	rows, err := pgdb.New(arrived{results: results}).HoldsByID(context.Background(), nil)
	for i := range rows {
		b.addHold((*db.Hold)(&rows[i]))
	}
	return err
}

func (b *batch) readTrail(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	*b.trail, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[db.LockEventChainRow])
	return err
}

// unsent lets generated code add statements to those that wait to be sent.
type unsent struct {
	pgdb.DBTX

	c *pipelined
}

func (u unsent) Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error) {
	u.c.add(ctx, query, args)
	return pgconn.CommandTag{}, nil
}

// write adds a batch's writes to what is sent with the commit. Their errors are the commit's.
func (c *pipelined) write(ctx context.Context, b *batch) error {
	q := pgdb.New(unsent{c: c})
	c.addChangedHolds(ctx, b) // before the entries, which take the money that these release
	if len(b.Entries) > 0 {
		if err := q.InsertTransactions(ctx, entryArrays(b.Entries)); err != nil {
			return err
		}
	}
	c.addPlacedHolds(ctx, b) // after the entries, which may bring the money to hold
	if spent := b.spent(); len(spent) > 0 {
		if err := q.UpdateSpents(ctx, spentArrays(spent)); err != nil {
			return err
		}
	}
	if len(b.Claimed) > 0 {
		slices.SortFunc(b.Claimed, compareKeys) // so that two servers do not wait for each other in a circle
		if err := q.InsertIdempotencyKeys(ctx, claimArrays(b.Claimed, b.Claims)); err != nil {
			return err
		}
	}
	if len(b.Repeated) > 0 {
		texts, scopes := keyArrays(b.Repeated)
		if err := q.TouchIdempotencyKeys(ctx, pgdb.TouchIdempotencyKeysParams{Keys: texts, Scopes: scopes}); err != nil {
			return err
		}
	}
	for i := range b.kept {
		kept := &b.kept[i]
		c.add(ctx, db.InsertTransferBatch, []any{kept.ID, kept.AccountNumber, kept.Mode, kept.CreatedAt, kept.TotalAmount, kept.Results})
	}
	for i := range b.events {
		e := InsertEventOf(&b.events[i])
		c.add(ctx, db.InsertEvent, []any{
			e.Sequence, e.ID, e.EventType, e.AccountNumber, e.Actor, e.ClientAddress, e.RequestID, e.ServerRequestID, e.Timestamp, e.Count,
			e.Detail, e.PreviousHash, e.Hash,
		})
	}
	return nil
}

func (c *pipelined) addChangedHolds(ctx context.Context, b *batch) {
	for _, id := range b.Changed {
		hold := b.Holds[id]
		u := UpdateHoldOf(&hold)
		c.add(ctx, db.UpdateHold, []any{u.Status, u.Captured, u.ClosedAt, u.ID})
	}
}

func (c *pipelined) addPlacedHolds(ctx context.Context, b *batch) {
	for _, id := range b.Placed {
		hold := b.Holds[id]
		h := InsertHoldOf(&hold)
		c.add(ctx, db.InsertHold, []any{
			h.ID, h.AccountNumber, h.ToAccount, h.Amount, h.Currency, h.Description, h.Reference, h.PlacedBy, h.CreatedAt, h.ExpiresAt, h.Status,
			h.Captured, h.ClosedAt,
		})
	}
}

func compareKeys(a, b ledger.KeyName) int {
	return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Scope, b.Scope))
}

func keyArrays(keys []ledger.KeyName) (texts, scopes []string) {
	texts, scopes = make([]string, len(keys)), make([]string, len(keys))
	for i, name := range keys {
		texts[i], scopes[i] = name.Text, name.Scope
	}
	return texts, scopes
}

func claimArrays(keys []ledger.KeyName, claims map[ledger.KeyName]ledger.Claim) pgdb.InsertIdempotencyKeysParams {
	var p pgdb.InsertIdempotencyKeysParams
	p.Keys, p.Scopes = keyArrays(keys)
	for _, name := range keys {
		claim := claims[name]
		p.Fingerprints = append(p.Fingerprints, claim.Fingerprint)
		p.Kinds = append(p.Kinds, int64(claim.Kind))
		p.Ids = append(p.Ids, claim.ID)
		p.Times = append(p.Times, claim.Time.UnixMicro())
	}
	return p
}

func spentArrays(rows []db.UpdateSpentParams) pgdb.UpdateSpentsParams {
	var p pgdb.UpdateSpentsParams
	for _, row := range rows {
		p.AccountNumbers = append(p.AccountNumbers, row.AccountNumber)
		p.Days, p.OnDays = append(p.Days, row.SpentDay), append(p.OnDays, row.SpentOnDay)
		p.Months, p.InMonths = append(p.Months, row.SpentMonth), append(p.InMonths, row.SpentInMonth)
	}
	return p
}

func entryArrays(entries []ledger.Entry) pgdb.InsertTransactionsParams {
	n := len(entries)
	p := pgdb.InsertTransactionsParams{
		Ids: make([]uuid.UUID, n), AccountNumbers: make([]int64, n), Sequences: make([]int64, n), PreviousIds: make([]uuid.UUID, n),
		TransactionTypes: make([]int64, n), Amounts: make([]int64, n), Currencies: make([]string, n), Balances: make([]int64, n),
		Timestamps: make([]int64, n), Descriptions: make([]string, n), Refs: make([]string, n), Vias: make([]string, n),
		HoldIds: make([]uuid.UUID, n), ReversesIds: make([]uuid.UUID, n), TransferIds: make([]uuid.UUID, n),
		Counterparties: make([]int64, n), Hashes: make([][]byte, n),
	}
	for i := range entries {
		e := &entries[i]
		p.Ids[i], p.AccountNumbers[i], p.Sequences[i], p.PreviousIds[i] = e.ID, int64(e.Account), e.Sequence, e.Previous
		p.TransactionTypes[i], p.Amounts[i], p.Currencies[i], p.Balances[i] = TypeNumber(e.Type), int64(e.Amount), e.Currency, int64(e.BalanceAfter)
		p.Timestamps[i], p.Descriptions[i], p.Refs[i], p.Vias[i] = e.Timestamp.UnixMicro(), e.Description, e.Reference, e.Via
		p.HoldIds[i], p.ReversesIds[i] = e.Hold, e.Reverses
		p.TransferIds[i], p.Counterparties[i], p.Hashes[i] = e.Transfer, int64(e.Counterparty), e.Hash[:]
	}
	return p
}
