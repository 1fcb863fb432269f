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
	Held     int64
	Entries  []Entry
	Holds    []Hold
	Orders   []StandingOrder
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
			holds, err := holdsOf(ctx, b, a.Number)
			if err != nil {
				return nil, fmt.Errorf("list the holds of %s: %w", a.Number, err)
			}
			orders, err := ordersOf(ctx, b, a.Number)
			if err != nil {
				return nil, fmt.Errorf("list the standing orders of %s: %w", a.Number, err)
			}
			ledger.Accounts = append(ledger.Accounts, Account{
				Number: a.Number.String(), Currency: a.Currency, Balance: int64(a.Balance), Held: int64(a.Held), Entries: entries, Holds: holds,
				Orders: orders,
			})
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

func holdsOf(ctx context.Context, b *bank.Bank, number ledger.AccountNumber) ([]Hold, error) {
	var holds []Hold
	for params := (bank.ListHoldsParams{Account: number, Limit: pageSize}); ; {
		page, err := b.ListHolds(ctx, operator, params)
		if err != nil {
			return nil, err
		}
		for i := range page.Holds {
			h := &page.Holds[i]
			hold := Hold{
				ID: h.ID.String(), Account: h.Account.String(), Amount: int64(h.Amount), Captured: int64(h.Captured), Left: int64(h.Left()),
				Status: string(h.Status), Description: h.Description,
			}
			if h.To != 0 {
				hold.To = h.To.String()
			}
			holds = append(holds, hold)
		}
		if params.Cursor = page.NextCursor; params.Cursor == "" {
			return holds, nil
		}
	}
}

func ordersOf(ctx context.Context, b *bank.Bank, number ledger.AccountNumber) ([]StandingOrder, error) {
	var orders []StandingOrder
	for params := (bank.ListStandingOrdersParams{Account: number, Limit: pageSize}); ; {
		page, err := b.ListStandingOrders(ctx, operator, params)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Orders {
			runs, err := b.ListStandingOrderRuns(ctx, operator, bank.ListRunsParams{Account: number, Order: o.ID, Limit: pageSize})
			if err != nil {
				return nil, err
			}
			order := StandingOrder{To: o.To.String(), Amount: int64(o.Amount), Description: o.Description, Status: string(o.Status)}
			for _, run := range runs.Runs {
				order.Runs = append(order.Runs, runOf(&run))
			}
			orders = append(orders, order)
		}
		if params.Cursor = page.NextCursor; params.Cursor == "" {
			return orders, nil
		}
	}
}

func runOf(run *bank.StandingOrderRun) Run {
	r := Run{DueOn: run.DueOn.Format(time.DateOnly), Status: string(run.Status)}
	if run.Transaction != uuid.Nil {
		r.Transaction = run.Transaction.String()
	}
	return r
}

// entryOf converts an entry to the contract's form.
func entryOf(t *ledger.Entry) Entry {
	e := Entry{
		ID: t.ID.String(), Account: t.Account.String(), Sequence: t.Sequence, Type: string(t.Type), Amount: int64(t.Amount),
		Currency: t.Currency, BalanceAfter: int64(t.BalanceAfter), Timestamp: ledger.FormatTime(t.Timestamp),
		Description: t.Description, Reference: t.Reference, Via: t.Via, Hash: hex.EncodeToString(t.Hash[:]),
	}
	if t.Hold != uuid.Nil {
		e.Hold = t.Hold.String()
	}
	if t.Reverses != uuid.Nil {
		e.Reverses = t.Reverses.String()
	}
	if t.Transfer != uuid.Nil {
		e.Transfer, e.Counterparty = t.Transfer.String(), t.Counterparty.String()
	}
	return e
}
