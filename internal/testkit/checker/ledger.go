package checker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Ledger is the content of a database.
type Ledger struct {
	Accounts []Account
}

// Account is one account with its whole history, the oldest entry first.
type Account struct {
	Number   string
	Currency string
	Balance  int64
	Entries  []Entry
}

const pageSize = 200

// operator may read everything.
var operator = auth.Caller{Operator: true, RequestID: "checker"}

// ReadLedger reads a database that is not being written to.
func ReadLedger(ctx context.Context, databaseURL string) (*Ledger, error) {
	s, err := store.Open(ctx, databaseURL)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	unused := strings.Repeat("unused-", credentials.MinSecret) // no client signs in
	now := func() time.Time { return time.Unix(0, 0) }
	service, err := auth.New(s, auth.Config{SecretKey: unused, AdminKey: unused, PinPepper: unused, Now: now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	b, err := bank.New(s, service, bank.Config{Currency: "USD", Now: now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	return ledgerOf(ctx, b)
}

func ledgerOf(ctx context.Context, b *bank.Bank) (*Ledger, error) {
	ledger := &Ledger{}
	for params := (bank.ListAccountsParams{Limit: pageSize}); ; {
		page, err := b.AdminListAccounts(ctx, operator, params)
		if err != nil {
			return nil, fmt.Errorf("list the accounts: %w", err)
		}
		for _, a := range page.Accounts {
			entries, err := entriesOf(ctx, b, a.Number)
			if err != nil {
				return nil, fmt.Errorf("list the entries of %s: %w", a.Number, err)
			}
			ledger.Accounts = append(ledger.Accounts,
				Account{Number: a.Number.String(), Currency: a.Currency, Balance: int64(a.Balance), Entries: entries})
		}
		if params.Cursor = page.NextCursor; params.Cursor == "" {
			return ledger, nil
		}
	}
}

func entriesOf(ctx context.Context, b *bank.Bank, number ledger.AccountNumber) ([]Entry, error) {
	var entries []Entry
	for params := (bank.ListTransactionsParams{Account: number, Limit: pageSize}); ; {
		page, err := b.ListTransactions(ctx, operator, params)
		if err != nil {
			return nil, err
		}
		for i := range page.Transactions {
			entries = append(entries, entryOf(&page.Transactions[i]))
		}
		if params.Cursor = page.NextCursor; params.Cursor == "" {
			slices.Reverse(entries)
			return entries, nil
		}
	}
}

// entryOf converts an entry to the contract's form.
func entryOf(t *ledger.Entry) Entry {
	e := Entry{
		ID: t.ID.String(), Account: t.Account.String(), Sequence: t.Sequence, Type: string(t.Type), Amount: int64(t.Amount),
		Currency: t.Currency, BalanceAfter: int64(t.BalanceAfter), Timestamp: ledger.FormatTime(t.Timestamp),
		Description: t.Description, Reference: t.Reference, Via: t.Via, Hash: hex.EncodeToString(t.Hash[:]),
	}
	if t.Transfer != uuid.Nil {
		e.Transfer, e.Counterparty = t.Transfer.String(), t.Counterparty.String()
	}
	return e
}
