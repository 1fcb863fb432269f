package bank

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// post carries out a posting: it locks the accounts and writes the entries that the ledger decides on, and a trigger updates the
// accounts to match. It returns the entry in the posting's own account. Only post makes new entries; a copy carries existing ones
// over. A balance changes only through an entry.
func (b *Bank) post(ctx context.Context, q db.Querier, p ledger.Posting) (ledger.Entry, error) {
	accounts, err := lockAccounts(ctx, q, p.Account, cmp.Or(p.To, p.Account))
	if err != nil {
		return ledger.Entry{}, err
	}
	entries, err := ledger.Decide(p, accounts)
	if err != nil {
		return ledger.Entry{}, err
	}
	if len(entries) == 1 {
		return entries[0], q.InsertTransaction(ctx, transactionParams(&entries[0]))
	}
	return entries[0], q.InsertTransfer(ctx, transferParams(&entries[0], &entries[1]))
}

// lockAccounts locks one account, or two different ones, and returns those that exist.
func lockAccounts(ctx context.Context, q db.Querier, one, other ledger.AccountNumber) (map[ledger.AccountNumber]ledger.Account, error) {
	rows, err := q.LockAccounts(ctx, db.LockAccountsParams{One: int64(one), Other: int64(other)})
	if err != nil {
		return nil, err
	}
	accounts := make(map[ledger.AccountNumber]ledger.Account, len(rows))
	for _, row := range rows {
		account := ledger.Account{
			Number:   ledger.AccountNumber(row.AccountNumber),
			Currency: row.Currency,
			Balance:  ledger.Money(row.Balance),
			Sequence: row.LastSequence,
			Time:     time.UnixMicro(row.LastTimestamp).UTC(),
		}
		if row.LastID != nil {
			account.Last = *row.LastID
		}
		copy(account.Hash[:], row.LastHash)
		accounts[account.Number] = account
	}
	return accounts, nil
}

func transactionParams(e *ledger.Entry) db.InsertTransactionParams {
	params := db.InsertTransactionParams{
		ID:              e.ID,
		AccountNumber:   int64(e.Account),
		Sequence:        e.Sequence,
		PreviousID:      previousID(e),
		TransactionType: store.TypeNumber(e.Type),
		Amount:          int64(e.Amount),
		Currency:        e.Currency,
		BalanceAfter:    int64(e.BalanceAfter),
		Timestamp:       e.Timestamp.UnixMicro(),
		Description:     e.Description,
		Hash:            e.Hash[:],
	}
	if e.Transfer != uuid.Nil {
		counterparty := int64(e.Counterparty)
		params.TransferID, params.CounterpartyAccount = &e.Transfer, &counterparty
	}
	return params
}

// transferParams returns the parameters for both legs of a transfer.
func transferParams(out, in *ledger.Entry) db.InsertTransferParams {
	recipient := int64(in.Account)
	return db.InsertTransferParams{
		OutID:           out.ID,
		Sender:          int64(out.Account),
		OutSequence:     out.Sequence,
		OutPreviousID:   previousID(out),
		Amount:          int64(out.Amount),
		Currency:        out.Currency,
		OutBalanceAfter: int64(out.BalanceAfter),
		Timestamp:       out.Timestamp.UnixMicro(),
		Description:     out.Description,
		TransferID:      &out.Transfer,
		Recipient:       &recipient,
		OutHash:         out.Hash[:],
		InID:            in.ID,
		InSequence:      in.Sequence,
		InPreviousID:    previousID(in),
		InBalanceAfter:  int64(in.BalanceAfter),
		InHash:          in.Hash[:],
	}
}

func previousID(e *ledger.Entry) *uuid.UUID {
	if e.Previous == uuid.Nil {
		return nil
	}
	return &e.Previous
}

// transactionByID finds an entry of any account.
func transactionByID(ctx context.Context, q db.Querier, id uuid.UUID) (ledger.Entry, error) {
	row, err := q.TransactionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return ledger.Entry{}, refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	return store.EntryOf(&row), nil
}
