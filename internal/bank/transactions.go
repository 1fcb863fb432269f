package bank

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// DepositParams holds the inputs of Deposit.
type DepositParams struct {
	Account        ledger.AccountNumber
	Amount         ledger.Money
	Description    string
	Via            string // what it is settled against; "" for cash
	IdempotencyKey string // "" for none
}

// WithdrawParams holds the inputs of Withdraw.
type WithdrawParams DepositParams

// TransferParams holds the inputs of Transfer.
type TransferParams struct {
	Account        ledger.AccountNumber // the sender's
	To             ledger.AccountNumber
	Amount         ledger.Money
	Description    string
	Reference      string // the sender's own, unlike that of any other transfer; "" for none
	IdempotencyKey string // "" for none
}

// Receipt is the entry that a request, or an earlier request under the same key, has written.
type Receipt struct {
	Transaction ledger.Entry
	Request     *Request // what was made instead of an entry, if the movement needs approval; nil otherwise
	Replayed    bool
}

// Deposit adds money to an account: the caller's own, or any if the caller has the permission.
func (b *Bank) Deposit(ctx context.Context, caller auth.Caller, p DepositParams) (Receipt, error) {
	return b.moveCash(ctx, caller, auth.DepositsWrite, ledger.TypeDeposit, p)
}

// Withdraw removes money from an account: the caller's own, or any if the caller has the permission.
func (b *Bank) Withdraw(ctx context.Context, caller auth.Caller, p WithdrawParams) (Receipt, error) {
	return b.moveCash(ctx, caller, auth.WithdrawalsWrite, ledger.TypeWithdrawal, DepositParams(p))
}

func (b *Bank) moveCash(ctx context.Context, caller auth.Caller, permission auth.Permission, kind ledger.EntryType, p DepositParams) (Receipt, error) {
	caller, own, closed := b.auth.RequireToPost(ctx, caller, permission, p.Account)
	if closed != nil && !cashClosed(closed) {
		return Receipt{}, closed
	}
	if err := checkMovement(kind, p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	p.Via = cmp.Or(p.Via, ledger.SettledInCash)
	values := append([]any{p.Account, p.Amount, p.Description}, fingerprintedVia(p.Via)...)
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, string(kind), values...)
	if err := cmp.Or(closed, b.checkSettlement(p.Via)); err != nil {
		return b.movedBefore(ctx, key, err)
	}
	if b.needsApproval(own, p.Amount) {
		return b.askToMove(ctx, caller, key, kind, p)
	}
	return b.post(ctx, caller, own, key, ledger.Posting{
		Type: kind, Account: p.Account, Amount: p.Amount, Description: p.Description, Via: p.Via,
	})
}

func cashClosed(err error) bool {
	var refusal *ledger.Refusal
	return errors.As(err, &refusal) && refusal.Code == auth.CodeCashClosed
}

// movedBefore returns what an earlier request under the key made, even if the bank's settings would refuse it now. If there is none, it
// returns the refusal.
func (b *Bank) movedBefore(ctx context.Context, key idempotencyKey, refusal error) (Receipt, error) {
	if key.text == "" {
		return Receipt{}, refusal
	}
	receipt, err := earlier(ctx, b, key, refusal, b.keyedMovement)
	receipt.Replayed = true
	return receipt, err
}

// Transfer moves money from the caller's own account to another one in the same currency, both legs or neither. The receipt
// holds the sender's leg.
func (b *Bank) Transfer(ctx context.Context, caller auth.Caller, p TransferParams) (Receipt, error) {
	caller, own, err := b.auth.RequireToPost(ctx, caller, auth.TransfersWrite, p.Account)
	if err != nil {
		return Receipt{}, err
	}
	if err := checkMovement(ledger.TypeTransferOut, p.Amount, p.Description); err != nil {
		return Receipt{}, err
	}
	if err := checkText("/reference", p.Reference); err != nil {
		return Receipt{}, err
	}
	if p.To == p.Account {
		return Receipt{}, ledger.ErrSameAccount
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "transfer", p.fingerprinted()...)
	receipt, err := b.post(ctx, caller, own, key, ledger.Posting{
		Type: ledger.TypeTransferOut, Account: p.Account, To: p.To, Amount: p.Amount, Description: p.Description, Reference: p.Reference,
	})
	if err == nil && !receipt.Replayed {
		b.Counters.Transfers.Add(1)
	}
	return receipt, err
}

// fingerprinted returns what the fingerprint of a transfer is made of. One without a reference has the fingerprint that it had before
// there were references.
func (p *TransferParams) fingerprinted() []any {
	values := []any{p.Account, p.To, p.Amount, p.Description}
	if p.Reference != "" {
		values = append(values, p.Reference)
	}
	return values
}

// checkMovement makes the checks that need no database.
func checkMovement(kind ledger.EntryType, amount ledger.Money, description string) error {
	if err := ledger.CheckAmount(kind, amount); err != nil {
		return err
	}
	return checkText("/description", description)
}

// post carries out one posting, at most once under its key.
func (b *Bank) post(ctx context.Context, caller auth.Caller, own bool, key idempotencyKey, p ledger.Posting) (Receipt, error) {
	if err := b.identify(&p, b.now()); err != nil {
		return Receipt{}, err
	}
	order := store.Order{Order: ledger.Order{Postings: []ledger.Posting{p}, Key: key.order(ledger.KindEntry, p.ID)}}
	if !own {
		if err := b.reportTo(&order, caller, EventMoneyMoved, p.ID); err != nil {
			return Receipt{}, err
		}
	}
	outcome, err := b.carryOut(ctx, caller, &order)
	if err != nil {
		return Receipt{}, err
	}
	if outcome.Earlier == nil {
		return Receipt{Transaction: outcome.Results[0].Entry}, nil
	}
	receipt, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (Receipt, error) {
		return b.keyedMovement(ctx, q, *outcome.Earlier)
	})
	receipt.Replayed = receipt.Transaction.ID != p.ID
	return receipt, gone(err)
}

// identify gives a posting its time and its ids. They are fixed before it is carried out, however often that is tried.
func (b *Bank) identify(p *ledger.Posting, now time.Time) (err error) {
	p.Time, p.Calendar = now, b.periods
	ids := []*uuid.UUID{&p.ID}
	if p.Type == ledger.TypeTransferOut || p.To != 0 {
		ids = append(ids, &p.Transfer, &p.ToID)
	}
	for _, id := range ids {
		if *id, err = b.newID(now); err != nil {
			return err
		}
	}
	return nil
}

// reportTo makes an order record, in its own transaction, an event for each account of somebody else's from which it takes money or in
// which it holds money. The event names what the order makes.
func (b *Bank) reportTo(order *store.Order, caller auth.Caller, kind audit.EventType, made uuid.UUID) error {
	var accounts []ledger.AccountNumber
	if order.Hold != nil {
		accounts = append(accounts, order.Hold.Hold.Account)
	}
	for i := range order.Postings {
		accounts = append(accounts, order.Postings[i].Account)
	}
	reported := map[ledger.AccountNumber]bool{}
	for _, account := range accounts {
		if reported[account] {
			continue
		}
		reported[account] = true
		event := auth.EventBy(caller, kind, account, made.String())
		event.Timestamp = order.Time()
		var err error
		if event.ID, err = b.newID(event.Timestamp); err != nil {
			return err
		}
		order.Events = append(order.Events, event)
	}
	return nil
}

// carryOut posts an order for a caller. The caller's session is checked in the same transaction.
//
// After ErrUnknown an order with a key is posted once more: either the first attempt was committed, and the second one meets its key, or
// it was not. The session has been checked then.
func (b *Bank) carryOut(ctx context.Context, caller auth.Caller, order *store.Order) (ledger.Outcome, error) {
	if caller.Session != uuid.Nil {
		order.Session, order.Admit = caller.Session, b.auth.Admit(caller)
	}
	outcome, err := b.store.Post(ctx, order)
	if errors.Is(err, ErrUnknown) && order.Key.Text != "" {
		unknown := err
		order.Session = uuid.Nil
		if outcome, err = b.store.Post(context.WithoutCancel(ctx), order); err != nil && !ledger.IsRefusal(err) {
			err = unknown
		}
	}
	return outcome, b.auth.SessionEnded(ctx, caller, err)
}

// gone makes a refusal to read what a key names an error: another database has taken this one's place since the key was read.
func gone(err error) error {
	if ledger.IsRefusal(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// lockBatch locks accounts in the order in which postings lock them. It returns a batch of those that exist, with their holds that have
// expired.
func (b *Bank) lockBatch(ctx context.Context, q db.Querier, numbers ...ledger.AccountNumber) (*ledger.Batch, error) {
	batch := ledger.NewBatch(len(numbers))
	slices.Sort(numbers)
	for _, number := range slices.Compact(numbers) {
		row, err := q.LockAccount(ctx, int64(number))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		account := store.AccountOf(&row)
		batch.Accounts[number] = account
		if account.Held == 0 {
			continue
		}
		due, err := q.ListDueHolds(ctx, db.ListDueHoldsParams{AccountNumber: int64(number), Now: b.now().UnixMicro(), RowLimit: purgeBatch})
		if err != nil {
			return nil, err
		}
		for i := range due {
			batch.Holds[due[i].ID] = store.HoldOf(&due[i])
		}
	}
	return batch, nil
}

// lockOpen is lockBatch for an account that must exist and not be closed, which it returns, too, and others.
func (b *Bank) lockOpen(ctx context.Context, q db.Querier, number ledger.AccountNumber, others ...ledger.AccountNumber,
) (*ledger.Batch, ledger.Account, error) {
	batch, err := b.lockBatch(ctx, q, append(others, number)...)
	if err != nil {
		return nil, ledger.Account{}, err
	}
	account, known := batch.Accounts[number]
	switch {
	case !known:
		err = ledger.ErrAccountNotFound
	case account.Rules != nil && account.Rules.Closed:
		err = ledger.ErrAccountClosed
	}
	return batch, account, err
}

// writeDecided writes what was decided for locked accounts in the caller's transaction.
func writeDecided(ctx context.Context, q db.Querier, batch *ledger.Batch) error {
	for _, id := range batch.Changed {
		hold := batch.Holds[id]
		if err := q.UpdateHold(ctx, store.UpdateHoldOf(&hold)); err != nil {
			return err
		}
	}
	for i := range batch.Entries {
		if err := q.InsertTransaction(ctx, store.InsertOf(&batch.Entries[i])); err != nil {
			return err
		}
	}
	for _, account := range batch.Accounts {
		if spent, changed := store.SpentOf(&account); changed {
			if err := q.UpdateSpent(ctx, spent); err != nil {
				return err
			}
		}
	}
	return nil
}
