package bank

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// batchOf returns the batch in a row.
func batchOf(row db.InsertTransferBatchParams) (TransferBatch, error) {
	kept, err := ledger.ParseKept(row.Results)
	if err != nil {
		return TransferBatch{}, fmt.Errorf("batch %s: %w", row.ID, err)
	}
	batch := TransferBatch{
		ID: row.ID, Account: ledger.AccountNumber(row.AccountNumber), Mode: TransferMode(row.Mode), Total: ledger.Money(row.TotalAmount),
		Results: make([]TransferResult, len(kept)),
	}
	for i, result := range kept {
		batch.Results[i] = TransferResult{Status: StatusPosted, ID: result.ID, Refusal: result.Refusal, from: result.From}
		if result.Refusal != nil {
			batch.Results[i].Status = StatusRefused
			batch.Refused++
		}
	}
	batch.Posted = len(kept) - batch.Refused
	return batch, nil
}

func batchByID(ctx context.Context, q db.Querier, id uuid.UUID) (TransferBatch, error) {
	row, err := q.TransferBatchByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return TransferBatch{}, errBatchNotFound
	}
	if err != nil {
		return TransferBatch{}, err
	}
	return batchOf(db.InsertTransferBatchParams(row))
}

// GetTransferBatch returns what became of many transfers, for the account's owner and administrators.
func (b *Bank) GetTransferBatch(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (TransferBatch, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return TransferBatch{}, err
	}
	batch, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (TransferBatch, error) {
		if _, err := accountByNumber(ctx, q, number); err != nil {
			return TransferBatch{}, err
		}
		batch, err := batchByID(ctx, q, id)
		if err == nil && batch.Account != number {
			err = errBatchNotFound
		}
		return batch, err
	})
	if err == nil {
		err = b.requireToReadSenders(ctx, caller, &batch)
	}
	if err != nil {
		return TransferBatch{}, err
	}
	return batch, nil
}

// requireToReadSenders hides a batch from callers who may not read all of its senders: the result of an item reveals something about
// its sender.
func (b *Bank) requireToReadSenders(ctx context.Context, caller auth.Caller, batch *TransferBatch) error {
	for i := range batch.Results {
		from := batch.Results[i].from
		if from == 0 {
			continue
		}
		if allowed, err := b.auth.May(ctx, caller, auth.AccountsRead, from); err != nil {
			return err
		} else if !allowed {
			return errBatchNotFound
		}
	}
	return nil
}
