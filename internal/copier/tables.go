package copier

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

// table describes how to copy the rows of one table. Both engines must list them in the same order, so they are ordered by
// numbers and ids: each database sorts text in its own way.
type table[R any] struct {
	list    func(ctx context.Context, q db.Querier, after *R, rows int) ([]R, error) // a page; after is nil for the first
	compare func(a, b *R) int
	insert  func(ctx context.Context, q db.Querier, row *R) error
	remove  func(ctx context.Context, q db.Querier, row *R) error
}

// reading iterates over the rows of a table on one side.
type reading[R any] struct {
	side  side
	table *table[R]
	rows  int // in a page
	page  []R // the rest of the current one
	last  *R  // row read
	ended bool
}

// row returns the current row, or nil after the last.
func (r *reading[R]) row() (*R, error) {
	if len(r.page) == 0 && !r.ended {
		err := r.side(func(ctx context.Context, q db.Querier) error {
			var err error
			r.page, err = r.table.list(ctx, q, r.last, r.rows)
			return err
		})
		if err != nil {
			return nil, err
		}
		if r.ended = len(r.page) < r.rows; len(r.page) > 0 {
			r.last = &r.page[len(r.page)-1]
		}
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

func (r *reading[R]) advance() { r.page = r.page[1:] }

// alongside iterates over a table on both sides at once and passes each row to visit, with nil for a side that lacks it. What
// visit writes to the target for a row does not come up again, since the reading there is already past it.
func alongside[R any](c *copier, t *table[R], visit func(source, target *R) error) error {
	a, b := reading[R]{side: c.source, table: t, rows: c.page}, reading[R]{side: c.target, table: t, rows: c.page}
	for {
		source, err := a.row()
		if err != nil {
			return err
		}
		target, err := b.row()
		if err != nil {
			return err
		}
		if source == nil && target == nil {
			return nil
		}
		order := -1 // which rows are next: -1 the source's, 0 both, 1 the target's
		switch {
		case source == nil:
			order = 1
		case target != nil:
			order = t.compare(source, target)
		}
		if order > 0 {
			source = nil
		} else {
			a.advance()
		}
		if order < 0 {
			target = nil
		} else {
			b.advance()
		}
		if err := visit(source, target); err != nil {
			return err
		}
	}
}

// customers copies all customers, before their accounts.
func (c *copier) customers() error {
	return mirror(c, "customers", &customerTable, &Progress{Step: StepCustomers})
}

// rest copies everything but customers, accounts and entries.
func (c *copier) rest() error {
	done := Progress{Step: StepRest}
	if err := mirror(c, "sessions", &sessionTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "batches of transfers", &batchTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "requests", &requestTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "idempotency keys", &keyTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "spent tokens", &tokenTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "second factors", &secondFactorTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "recovery codes", &recoveryCodeTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "invitations", &invitationTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "service clients", &serviceClientTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "keys of service clients", &clientKeyTable, &done); err != nil {
		return err
	}
	return mirror(c, "events", &eventTable, &done)
}

// mirrorPasses is how many passes are made over a table: one to write, and one to check that nothing is left to do.
const mirrorPasses = 2

// mirror makes a table of the target equal to the source's, and reads it all again to check.
func mirror[R any](c *copier, name string, t *table[R], done *Progress) error {
	for range mirrorPasses {
		changes := 0
		change := func(write func(ctx context.Context, q db.Querier, row *R) error, row R) error {
			changes++
			if done.Done++; done.Done%tick == 0 {
				c.progress(*done)
			}
			return c.batch.add(func(ctx context.Context, q db.Querier) error { return write(ctx, q, &row) })
		}
		err := alongside(c, t, func(source, target *R) error {
			if reflect.DeepEqual(source, target) {
				return nil
			}
			if target != nil {
				if err := change(t.remove, *target); err != nil {
					return err
				}
			}
			if source != nil {
				return change(t.insert, *source)
			}
			return nil
		})
		if err == nil {
			err = c.batch.flush()
		}
		if err != nil {
			return blame(name, err)
		}
		if changes == 0 {
			return nil
		}
	}
	return fmt.Errorf("the target's %s keep differing from the source's; is a server running on it?", name)
}

// customerTable has rows that are never deleted, since accounts refer to them: one that has changed is overwritten, and one that the
// source lacks is left, so that the second pass finds it.
var customerTable = table[db.Customer]{
	list: func(ctx context.Context, q db.Querier, after *db.Customer, rows int) ([]db.Customer, error) {
		params := db.ListCustomersByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListCustomersByID(ctx, params)
	},
	compare: func(a, b *db.Customer) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.Customer) error {
		return q.PutCopiedCustomer(ctx, db.PutCopiedCustomerParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.Customer) error { return nil },
}

// accountTable has no insert or remove: see copier.accounts.
var accountTable = table[db.Account]{
	list: func(ctx context.Context, q db.Querier, after *db.Account, rows int) ([]db.Account, error) {
		params := db.ListAccountsByNumberParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterNumber = after.AccountNumber
		}
		return q.ListAccountsByNumber(ctx, params)
	},
	compare: func(a, b *db.Account) int { return cmp.Compare(a.AccountNumber, b.AccountNumber) },
}

var sessionTable = table[db.Session]{
	list: func(ctx context.Context, q db.Querier, after *db.Session, rows int) ([]db.Session, error) {
		params := db.ListSessionsByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListSessionsByID(ctx, params)
	},
	compare: func(a, b *db.Session) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.Session) error {
		return q.InsertCopiedSession(ctx, db.InsertCopiedSessionParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.Session) error { return q.DeleteSession(ctx, row.ID) },
}

// batchTable has rows that are never deleted, so refuseStranger leaves none to remove.
var batchTable = table[db.TransferBatch]{
	list: func(ctx context.Context, q db.Querier, after *db.TransferBatch, rows int) ([]db.TransferBatch, error) {
		params := db.ListTransferBatchesByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListTransferBatchesByID(ctx, params)
	},
	compare: func(a, b *db.TransferBatch) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.TransferBatch) error {
		return q.InsertTransferBatch(ctx, db.InsertTransferBatchParams(*row))
	},
	remove: func(_ context.Context, _ db.Querier, row *db.TransferBatch) error {
		return fmt.Errorf("%s is not in the source", row.ID)
	},
}

// requestTable has rows that are never deleted: one that was decided meanwhile is overwritten, and one that the source lacks is left, so
// that the second pass finds it.
var requestTable = table[db.Request]{
	list: func(ctx context.Context, q db.Querier, after *db.Request, rows int) ([]db.Request, error) {
		params := db.ListRequestsByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListRequestsByID(ctx, params)
	},
	compare: func(a, b *db.Request) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.Request) error {
		return q.PutCopiedRequest(ctx, db.PutCopiedRequestParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.Request) error { return nil },
}

var keyTable = table[db.IdempotencyKey]{
	list: func(ctx context.Context, q db.Querier, after *db.IdempotencyKey, rows int) ([]db.IdempotencyKey, error) {
		params := db.ListIdempotencyKeysByAgeParams{RowLimit: int64(rows)}
		if after != nil {
			params.FromTime, params.AfterID = after.CreatedAt, after.ID
		}
		return q.ListIdempotencyKeysByAge(ctx, params)
	},
	compare: func(a, b *db.IdempotencyKey) int {
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), compareIDs(a.ID, b.ID))
	},
	insert: func(ctx context.Context, q db.Querier, row *db.IdempotencyKey) error {
		return q.InsertCopiedIdempotencyKey(ctx, db.InsertCopiedIdempotencyKeyParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.IdempotencyKey) error {
		return q.DeleteIdempotencyKey(ctx, db.DeleteIdempotencyKeyParams{
			IdempotencyKey: row.IdempotencyKey, Scope: row.Scope, ID: row.ID,
		})
	},
}

var tokenTable = table[db.TokenBlacklist]{
	list: func(ctx context.Context, q db.Querier, after *db.TokenBlacklist, rows int) ([]db.TokenBlacklist, error) {
		params := db.ListBlacklistedTokensByJtiParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterJti = after.Jti
		}
		return q.ListBlacklistedTokensByJti(ctx, params)
	},
	compare: func(a, b *db.TokenBlacklist) int { return compareIDs(a.Jti, b.Jti) },
	insert: func(ctx context.Context, q db.Querier, row *db.TokenBlacklist) error {
		return q.InsertBlacklistedToken(ctx, db.InsertBlacklistedTokenParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.TokenBlacklist) error {
		return q.DeleteBlacklistedToken(ctx, row.Jti)
	},
}

var secondFactorTable = table[db.SecondFactor]{
	list: func(ctx context.Context, q db.Querier, after *db.SecondFactor, rows int) ([]db.SecondFactor, error) {
		params := db.ListSecondFactorsParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterCustomer = after.CustomerID
		}
		return q.ListSecondFactors(ctx, params)
	},
	compare: func(a, b *db.SecondFactor) int { return compareIDs(a.CustomerID, b.CustomerID) },
	insert: func(ctx context.Context, q db.Querier, row *db.SecondFactor) error {
		return q.InsertCopiedSecondFactor(ctx, db.InsertCopiedSecondFactorParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.SecondFactor) error {
		_, err := q.DeleteSecondFactor(ctx, row.CustomerID)
		return err
	},
}

var recoveryCodeTable = table[db.RecoveryCode]{
	list: func(ctx context.Context, q db.Querier, after *db.RecoveryCode, rows int) ([]db.RecoveryCode, error) {
		params := db.ListRecoveryCodesParams{AfterHash: []byte{}, RowLimit: int64(rows)}
		if after != nil {
			params.AfterCustomer, params.AfterHash = after.CustomerID, after.CodeHash
		}
		return q.ListRecoveryCodes(ctx, params)
	},
	compare: func(a, b *db.RecoveryCode) int {
		return cmp.Or(compareIDs(a.CustomerID, b.CustomerID), bytes.Compare(a.CodeHash, b.CodeHash))
	},
	insert: func(ctx context.Context, q db.Querier, row *db.RecoveryCode) error {
		return q.InsertRecoveryCode(ctx, db.InsertRecoveryCodeParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.RecoveryCode) error {
		_, err := q.DeleteRecoveryCode(ctx, db.DeleteRecoveryCodeParams(*row))
		return err
	},
}

var invitationTable = table[db.Invitation]{
	list: func(ctx context.Context, q db.Querier, after *db.Invitation, rows int) ([]db.Invitation, error) {
		params := db.ListInvitationsByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListInvitationsByID(ctx, params)
	},
	compare: func(a, b *db.Invitation) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.Invitation) error {
		return q.InsertInvitation(ctx, db.InsertInvitationParams(*row))
	},
	remove: func(ctx context.Context, q db.Querier, row *db.Invitation) error {
		return q.DeleteInvitation(ctx, row.ID)
	},
}

// serviceClientTable has rows that are never deleted: see customerTable.
var serviceClientTable = table[db.ServiceClient]{
	list: func(ctx context.Context, q db.Querier, after *db.ServiceClient, rows int) ([]db.ServiceClient, error) {
		params := db.ListServiceClientsByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListServiceClientsByID(ctx, params)
	},
	compare: func(a, b *db.ServiceClient) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.ServiceClient) error {
		return q.PutCopiedServiceClient(ctx, db.PutCopiedServiceClientParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.ServiceClient) error { return nil },
}

// clientKeyTable has rows that are never deleted: see customerTable.
var clientKeyTable = table[db.ClientKey]{
	list: func(ctx context.Context, q db.Querier, after *db.ClientKey, rows int) ([]db.ClientKey, error) {
		params := db.ListClientKeysByHashParams{AfterHash: []byte{}, RowLimit: int64(rows)}
		if after != nil {
			params.AfterHash = after.SecretHash
		}
		return q.ListClientKeysByHash(ctx, params)
	},
	compare: func(a, b *db.ClientKey) int { return bytes.Compare(a.SecretHash, b.SecretHash) },
	insert: func(ctx context.Context, q db.Querier, row *db.ClientKey) error {
		return q.PutCopiedClientKey(ctx, db.PutCopiedClientKeyParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.ClientKey) error { return nil },
}

// eventTable is listed in the order of the chain, the only one in which events can be written. Events are never deleted, so
// refuseStranger leaves none to remove.
var eventTable = table[db.Event]{
	list: func(ctx context.Context, q db.Querier, after *db.Event, rows int) ([]db.Event, error) {
		params := db.ListEventsBySequenceParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterSequence = after.Sequence
		}
		return q.ListEventsBySequence(ctx, params)
	},
	compare: func(a, b *db.Event) int { return cmp.Compare(a.Sequence, b.Sequence) },
	insert: func(ctx context.Context, q db.Querier, row *db.Event) error {
		return q.InsertEvent(ctx, db.InsertEventParams(*row))
	},
	remove: func(_ context.Context, _ db.Querier, row *db.Event) error {
		return fmt.Errorf("%s is not in the source", row.ID)
	},
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
