package bank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// TransactionType is what an entry did to its account.
type TransactionType string

// The types. An account's first entry, and only that one, is its opening.
const (
	TypeAccountOpened TransactionType = "account_opened"
	TypeDeposit       TransactionType = "deposit"
	TypeWithdrawal    TransactionType = "withdrawal"
	TypeTransferIn    TransactionType = "transfer_in"
	TypeTransferOut   TransactionType = "transfer_out"
)

// Takes reports whether entries of this type lower the balance.
func (t TransactionType) Takes() bool { return t == TypeWithdrawal || t == TypeTransferOut }

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// Transaction is one entry of an account's history. Entries are added and never changed.
type Transaction struct {
	ID           uuid.UUID
	Account      AccountNumber
	Sequence     int64 // 1, 2, 3 … within the account
	Type         TransactionType
	Amount       Money // positive, whatever the direction; 0 only at an opening
	Currency     string
	BalanceAfter Money
	Timestamp    time.Time // never earlier than the previous entry's
	Description  string
	Transfer     uuid.UUID     // shared by both legs; uuid.Nil in other entries
	Counterparty AccountNumber // the other account of a transfer
	Hash         Hash

	previous *uuid.UUID // the previous entry; nil for the first
}

// FormatTime formats a time as in the contract: RFC 3339, UTC, microseconds.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// chainHash returns the hash of an entry whose predecessor has the hash previous. The contract's introduction specifies this
// encoding for clients; it must never change.
func (t *Transaction) chainHash(previous Hash) Hash {
	transfer, counterparty := "", ""
	if t.Transfer != uuid.Nil {
		transfer, counterparty = t.Transfer.String(), t.Counterparty.String()
	}
	return sha256.Sum256([]byte(strings.Join([]string{
		hex.EncodeToString(previous[:]),
		t.ID.String(),
		t.Account.String(),
		strconv.FormatInt(t.Sequence, 10),
		string(t.Type),
		strconv.FormatInt(int64(t.Amount), 10),
		t.Currency,
		strconv.FormatInt(int64(t.BalanceAfter), 10),
		FormatTime(t.Timestamp),
		transfer,
		counterparty,
		t.Description,
	}, "\n")))
}

// lockOwn locks the caller's own account for a movement of money. If beside is a different number, both accounts are locked,
// and other is nil if that account does not exist.
func (b *Bank) lockOwn(ctx context.Context, q db.Querier, own, beside AccountNumber) (account, other *db.LockAccountsRow, err error) {
	rows, err := q.LockAccounts(ctx, db.LockAccountsParams{One: int64(own), Other: int64(beside)})
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		if rows[i].AccountNumber == int64(own) {
			account = &rows[i]
		} else {
			other = &rows[i]
		}
	}
	if account == nil {
		return nil, nil, errAccountNotFound
	}
	return account, other, nil
}

// post writes the next entry of a locked account, and a trigger updates the account to match. Only post and postTransfer make
// new entries; a copy carries existing ones over. A balance changes only through an entry.
func (b *Bank) post(ctx context.Context, q db.Querier, account *db.LockAccountsRow, entry Transaction) (Transaction, error) {
	entry, err := next(account, entry)
	if err != nil {
		return Transaction{}, err
	}
	return entry, q.InsertTransaction(ctx, transactionParams(&entry))
}

// next completes the next entry of a locked account. The entry must have its ID, Timestamp, Type, Amount, Description and, in
// a transfer, Transfer and Counterparty; next sets the rest.
func next(account *db.LockAccountsRow, entry Transaction) (Transaction, error) {
	balance := Money(account.Balance)
	var err error
	if entry.Type.Takes() {
		entry.BalanceAfter, err = balance.minus(entry.Amount)
	} else {
		entry.BalanceAfter, err = balance.plus(entry.Amount)
	}
	if err != nil {
		return Transaction{}, err
	}
	entry.Account = AccountNumber(account.AccountNumber)
	entry.Sequence = account.LastSequence + 1
	entry.Currency = account.Currency
	if last := time.UnixMicro(account.LastTimestamp).UTC(); entry.Timestamp.Before(last) {
		entry.Timestamp = last // the clock was set back, but times in a history never decrease
	}
	entry.previous = account.LastID
	entry.Hash = entry.chainHash(Hash(account.LastHash))
	return entry, nil
}

func transactionParams(t *Transaction) db.InsertTransactionParams {
	params := db.InsertTransactionParams{
		ID:              t.ID,
		AccountNumber:   int64(t.Account),
		Sequence:        t.Sequence,
		PreviousID:      t.previous,
		TransactionType: t.Type.number(),
		Amount:          int64(t.Amount),
		Currency:        t.Currency,
		BalanceAfter:    int64(t.BalanceAfter),
		Timestamp:       t.Timestamp.UnixMicro(),
		Description:     t.Description,
		Hash:            t.Hash[:],
	}
	if t.Transfer != uuid.Nil {
		counterparty := int64(t.Counterparty)
		params.TransferID, params.CounterpartyAccount = &t.Transfer, &counterparty
	}
	return params
}

// transferParams returns the parameters for both legs of a transfer.
func transferParams(out, in *Transaction) db.InsertTransferParams {
	recipient := int64(in.Account)
	return db.InsertTransferParams{
		OutID:           out.ID,
		Sender:          int64(out.Account),
		OutSequence:     out.Sequence,
		OutPreviousID:   out.previous,
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
		InPreviousID:    in.previous,
		InBalanceAfter:  int64(in.BalanceAfter),
		InHash:          in.Hash[:],
	}
}

func transactionOf(row *db.Transaction) Transaction {
	t := Transaction{
		ID:           row.ID,
		Account:      AccountNumber(row.AccountNumber),
		Sequence:     row.Sequence,
		Type:         typeOf(row.TransactionType),
		Amount:       Money(row.Amount),
		Currency:     row.Currency,
		BalanceAfter: Money(row.BalanceAfter),
		Timestamp:    time.UnixMicro(row.Timestamp).UTC(),
		Description:  row.Description,
		previous:     row.PreviousID,
	}
	copy(t.Hash[:], row.Hash)
	if row.TransferID != nil {
		t.Transfer = *row.TransferID
	}
	if row.CounterpartyAccount != nil {
		t.Counterparty = AccountNumber(*row.CounterpartyAccount)
	}
	return t
}

// transactionByID finds an entry of any account.
func transactionByID(ctx context.Context, q db.Querier, id uuid.UUID) (Transaction, error) {
	row, err := q.TransactionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return Transaction{}, refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
	}
	if err != nil {
		return Transaction{}, err
	}
	return transactionOf(&row), nil
}
