package copier

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

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

// holdTable has rows that are never deleted: see requestTable. Those that the target has are brought up to date before the entries: see
// copier.holds.
var holdTable = table[db.Hold]{
	list: func(ctx context.Context, q db.Querier, after *db.Hold, rows int) ([]db.Hold, error) {
		params := db.ListHoldsByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListHoldsByID(ctx, params)
	},
	compare: func(a, b *db.Hold) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.Hold) error {
		return q.PutCopiedHold(ctx, db.PutCopiedHoldParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.Hold) error { return nil },
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

// standingOrderTable has rows that are never deleted: see requestTable.
var standingOrderTable = table[db.StandingOrder]{
	list: func(ctx context.Context, q db.Querier, after *db.StandingOrder, rows int) ([]db.StandingOrder, error) {
		params := db.ListStandingOrdersByIDParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterID = after.ID
		}
		return q.ListStandingOrdersByID(ctx, params)
	},
	compare: func(a, b *db.StandingOrder) int { return compareIDs(a.ID, b.ID) },
	insert: func(ctx context.Context, q db.Querier, row *db.StandingOrder) error {
		return q.PutCopiedStandingOrder(ctx, db.PutCopiedStandingOrderParams(*row))
	},
	remove: func(context.Context, db.Querier, *db.StandingOrder) error { return nil },
}

// standingOrderRunTable has rows that are never deleted: see batchTable.
var standingOrderRunTable = table[db.StandingOrderRun]{
	list: func(ctx context.Context, q db.Querier, after *db.StandingOrderRun, rows int) ([]db.StandingOrderRun, error) {
		params := db.ListStandingOrderRunsByOrderParams{RowLimit: int64(rows)}
		if after != nil {
			params.AfterOrder, params.AfterOn = after.OrderID, after.DueOn
		}
		return q.ListStandingOrderRunsByOrder(ctx, params)
	},
	compare: func(a, b *db.StandingOrderRun) int {
		return cmp.Or(compareIDs(a.OrderID, b.OrderID), cmp.Compare(a.DueOn, b.DueOn))
	},
	insert: func(ctx context.Context, q db.Querier, row *db.StandingOrderRun) error {
		return q.InsertStandingOrderRun(ctx, db.InsertStandingOrderRunParams(*row))
	},
	remove: func(_ context.Context, _ db.Querier, row *db.StandingOrderRun) error {
		return fmt.Errorf("the run of %s is not in the source", row.OrderID)
	},
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
