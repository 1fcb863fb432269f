package bank

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/history"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// OpenAccountParams holds the inputs of OpenAccount. With a Holder, it opens a customer with a first account, and without one a further
// account for a customer that exists.
type OpenAccountParams struct {
	Holder         string
	Pin            string               // not part of the fingerprint: see auth.Service.ProveOpener; staff and clients can leave it out: see IssuePinReset
	CustomerOf     ledger.AccountNumber // an account of the customer who gets a further one; 0 for the caller
	Nickname       string
	InitialDeposit ledger.Money
	Via            string // what the initial deposit is settled against; "" for cash
	Currency       string // "" for the bank's own
	InvitationCode string // not part of the fingerprint either
	IdempotencyKey string // "" for none
}

// Opening is the account that a request, or an earlier request under the same key, has opened, as it was then.
type Opening struct {
	Account  Account
	Replayed bool
}

// OpenAccount opens an account, if the caller may, and writes the first entry of its history.
func (b *Bank) OpenAccount(ctx context.Context, caller auth.Caller, p OpenAccountParams) (Opening, error) {
	if err := b.auth.RequireToOpen(ctx, caller, p.InitialDeposit); err != nil {
		return Opening{}, err
	}
	if p.Currency == "" {
		p.Currency = b.currency
	}
	if err := p.check(); err != nil {
		return Opening{}, err
	}
	if p.Holder == "" && p.Pin == "" && caller.Authenticated() {
		return b.openFurther(ctx, caller, p)
	}
	return b.openFirst(ctx, caller, p)
}

// openFirst opens a customer and their first account.
func (b *Bank) openFirst(ctx context.Context, caller auth.Caller, p OpenAccountParams) (Opening, error) {
	opens, err := b.auth.May(ctx, caller, auth.AccountsOpen, auth.AllAccounts)
	if err != nil {
		return Opening{}, err
	}
	switch {
	case caller.Authenticated() && !opens: // or a session would be a way around the limit of openings by an address
		return Opening{}, refuse(auth.CodeForbidden, "Leave out the name and the PIN to open another account of yours. Only staff open accounts for others.")
	case p.CustomerOf != 0:
		return Opening{}, invalid("/customer_of", "is for a further account, which takes no account_holder_name and no pin")
	}
	if err := checkOpenedPin(p.Pin, opens && !caller.Operator); err != nil {
		return Opening{}, err
	}
	if p.Holder, err = names.Normalize(p.Holder); err != nil {
		return Opening{}, invalid("/account_holder_name", err.Error())
	}
	key := b.openingKey(caller, p)
	customer := db.Customer{Name: p.Holder, Role: string(auth.RoleCustomer)}
	if customer.ID, err = b.newID(b.now()); err != nil {
		return Opening{}, err
	}
	receipt, err := b.openOnce(ctx, caller, key, p, &customer)
	if err == nil && receipt.Replayed && !caller.Authenticated() {
		err = b.auth.ProveOpener(ctx, caller, receipt.Transaction.Account, p.Pin)
	}
	if err == nil && receipt.Replayed {
		customer.ID, err = store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (uuid.UUID, error) {
			return store.CustomerOf(ctx, q, receipt.Transaction.Account)
		})
	}
	if err != nil {
		return Opening{}, err
	}
	return Opening{Account: p.opened(receipt.Transaction, &customer), Replayed: receipt.Replayed}, nil
}

// openFurther opens another account for a customer: the caller, or any other if the caller has the permission.
func (b *Bank) openFurther(ctx context.Context, caller auth.Caller, p OpenAccountParams) (Opening, error) {
	customer, err := b.furtherFor(ctx, caller, p.CustomerOf)
	if err != nil {
		return Opening{}, err
	}
	receipt, err := b.openOnce(ctx, caller, b.openingKey(caller, p), p, &customer)
	if err != nil {
		return Opening{}, err
	}
	return Opening{Account: p.opened(receipt.Transaction, &customer), Replayed: receipt.Replayed}, nil
}

// furtherFor returns the customer who gets a further account.
func (b *Bank) furtherFor(ctx context.Context, caller auth.Caller, of ledger.AccountNumber) (db.Customer, error) {
	own, err := b.auth.MayOpenFurther(ctx, caller, of)
	if err != nil {
		return db.Customer{}, err
	}
	return store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (db.Customer, error) {
		if own {
			return q.CustomerByID(ctx, caller.Customer)
		}
		return store.CustomerBy(ctx, q, of)
	})
}

// openingKey returns the key of an opening. A caller without a session cannot be told from others, so the request itself is its scope.
func (b *Bank) openingKey(caller auth.Caller, p OpenAccountParams) idempotencyKey {
	values := []any{p.Holder, p.InitialDeposit, p.Currency}
	if p.Nickname != "" || p.CustomerOf != 0 {
		values = append(values, p.Nickname, p.CustomerOf)
	}
	values = append(values, fingerprintedVia(cmp.Or(p.Via, ledger.SettledInCash))...)
	if !caller.Authenticated() {
		return b.anonymousKey(p.IdempotencyKey, "open_account", values...)
	}
	return b.actorKey(caller, p.IdempotencyKey, "open_account", values...)
}

// openOnce opens the account, and its customer if they are new, or finds that it was opened under the key. The answer to an
// earlier opening is repeated even if the caller could not open an account now.
func (b *Bank) openOnce(ctx context.Context, caller auth.Caller, key idempotencyKey, p OpenAccountParams, customer *db.Customer) (Receipt, error) {
	invited, err := b.mayBeOpened(ctx, caller, &p, customer.ID)
	if err != nil && key.text != "" {
		first, err := earlier(ctx, b, key, err, keyedEntry)
		return Receipt{Transaction: first, Replayed: true}, err
	}
	if err != nil {
		return Receipt{}, err
	}
	if p.Pin != "" {
		if customer.PinHash, err = b.auth.HashFirstPin(ctx, caller, p.Pin); err != nil {
			return Receipt{}, err
		}
	}
	record := func(ctx context.Context, q db.Querier, opened ledger.Entry) error {
		if !caller.Authenticated() {
			return nil
		}
		return b.auth.Record(ctx, q, EventAccountAdded, opened.Account, caller)
	}
	entry, replayed, err := writeOnce(ctx, b, key, keyedEntry, record, func(ctx context.Context, q db.Querier) (ledger.Entry, ledger.Claim, error) {
		if err := b.auth.UseInvitation(ctx, q, invited); err != nil {
			return ledger.Entry{}, ledger.Claim{}, err
		}
		entry, err := b.insertOpening(ctx, q, p, *customer)
		return entry, ledger.Claim{Kind: ledger.KindEntry, ID: entry.ID, Time: entry.Timestamp}, err
	})
	return Receipt{Transaction: entry, Replayed: replayed}, err
}

// opened returns the account as its first entry left it. Every request under the key holds the rest.
func (p *OpenAccountParams) opened(first ledger.Entry, customer *db.Customer) Account {
	return Account{
		Number: first.Account, Customer: customer.ID, Holder: customer.Name, Nickname: p.Nickname, Balance: first.BalanceAfter,
		Currency: p.Currency, Role: auth.Role(customer.Role), Status: StatusOpen, CreatedAt: first.Timestamp,
		tail: history.Tail{Account: first.Account, Last: first.ID, Entries: first.Sequence},
	}
}

// check makes the checks that depend on no setting of the bank.
func (p *OpenAccountParams) check() error {
	if err := checkText("/nickname", p.Nickname); err != nil {
		return err
	}
	if err := ledger.CheckAmount(ledger.TypeAccountOpened, p.InitialDeposit); err != nil {
		return err
	}
	switch {
	case p.InitialDeposit > 0:
		p.Via = cmp.Or(p.Via, ledger.SettledInCash)
	case p.Via != "":
		return invalid("/via", "needs an initial_deposit")
	}
	return nil
}

// mayBeOpened refuses an account that the bank's settings do not allow. Without an error, it returns the invitation to use, or uuid.Nil if
// none is needed.
func (b *Bank) mayBeOpened(ctx context.Context, caller auth.Caller, p *OpenAccountParams, customer uuid.UUID) (invited uuid.UUID, err error) {
	if err := b.currencies.Check(p.Currency); err != nil {
		return uuid.Nil, err
	}
	if p.InitialDeposit > 0 {
		if err := b.checkSettlement(p.Via); err != nil {
			return uuid.Nil, err
		}
	}
	if p.Holder != "" {
		invited, err = b.auth.MayOpen(ctx, caller, p.InvitationCode)
	} else {
		err = b.auth.MayOpenOwn(ctx, caller, customer)
	}
	return invited, cmp.Or(err, b.auth.MayFund(ctx, caller, p.InitialDeposit, customer))
}

// checkOpenedPin checks the PIN of a new customer. Staff and clients can open an account without one: the customer sets it with a reset
// code, and nobody else ever knows it.
func checkOpenedPin(pin string, opensForOthers bool) error {
	if pin == "" && opensForOthers {
		return nil
	}
	return auth.CheckNewPin("/pin", pin)
}

// insertOpening inserts an account and the first entry of its history, and first the customer if they are new.
func (b *Bank) insertOpening(ctx context.Context, q db.Querier, p OpenAccountParams, customer db.Customer) (ledger.Entry, error) {
	now := b.now()
	id, err := b.newID(now)
	if err != nil {
		return ledger.Entry{}, err
	}
	if p.Holder != "" {
		err = q.InsertCustomer(ctx, db.InsertCustomerParams{
			ID: customer.ID, Name: customer.Name, NameFolded: names.Fold(customer.Name), Role: customer.Role, CreatedAt: now.UnixMicro(),
			PinHash: customer.PinHash,
		})
	} else {
		err = b.mayHaveAnother(ctx, q, customer.ID)
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	number, err := b.insertAccount(ctx, q, p, customer.ID, now)
	if err != nil {
		return ledger.Entry{}, err
	}
	entries, err := ledger.Decide(
		ledger.Posting{ID: id, Type: ledger.TypeAccountOpened, Account: number, Amount: p.InitialDeposit, Via: p.Via, Time: now},
		map[ledger.AccountNumber]ledger.Account{number: {Number: number, Currency: p.Currency}})
	if err != nil {
		return ledger.Entry{}, err
	}
	return entries[0], q.InsertTransaction(ctx, store.InsertOf(&entries[0]))
}

// mayHaveAnother refuses an account beyond auth.MaxAccounts. It locks the customer, so that parallel openings cannot exceed it.
func (b *Bank) mayHaveAnother(ctx context.Context, q db.Querier, customer uuid.UUID) error {
	if _, err := q.LockCustomer(ctx, customer); err != nil {
		return err
	}
	has, err := q.CountCustomerAccounts(ctx, customer)
	if err == nil && has >= auth.MaxAccounts {
		err = refuse(CodeTooManyAccounts, "A customer can have %d accounts at most.", auth.MaxAccounts)
	}
	return err
}

// insertAccount inserts an account without entries, under a free number.
func (b *Bank) insertAccount(ctx context.Context, q db.Querier, p OpenAccountParams, customer uuid.UUID, now time.Time,
) (ledger.AccountNumber, error) {
	for {
		number, err := drawAccountNumber(b.random)
		if err != nil {
			return 0, err
		}
		inserted, err := q.InsertAccount(ctx, db.InsertAccountParams{
			AccountNumber: int64(number),
			CustomerID:    customer,
			Nickname:      p.Nickname,
			Currency:      p.Currency,
			LastHash:      make([]byte, len(ledger.Hash{})),
			CreatedAt:     now.UnixMicro(),
		})
		if err != nil || inserted == 1 {
			return number, err
		}
	}
}
