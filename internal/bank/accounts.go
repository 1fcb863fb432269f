package bank

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// Account is a customer's account as it is at one moment.
type Account struct {
	Number    AccountNumber
	Holder    string
	Balance   Money
	Currency  string
	Role      Role
	Locked    bool
	CreatedAt time.Time

	last    uuid.UUID // the newest entry; uuid.Nil only while the account is being opened
	entries int64     // how many there are, which is the newest one's sequence
}

func accountOf(row *db.Account) Account {
	account := Account{
		Number:    AccountNumber(row.AccountNumber),
		Holder:    row.AccountHolderName,
		Balance:   Money(row.Balance),
		Currency:  row.Currency,
		Role:      Role(row.Role),
		Locked:    row.IsLocked,
		CreatedAt: time.UnixMicro(row.CreatedAt).UTC(),
		entries:   row.LastSequence,
	}
	if row.LastID != nil {
		account.last = *row.LastID
	}
	return account
}

func accountByNumber(ctx context.Context, q db.Querier, number AccountNumber) (Account, error) {
	row, err := q.AccountByNumber(ctx, int64(number))
	if errors.Is(err, store.ErrNotFound) {
		return Account{}, errAccountNotFound
	}
	if err != nil {
		return Account{}, err
	}
	return accountOf(&row), nil
}

// accountsPage is how many accounts accountPages reads at once.
const accountsPage = 500

// accountPages calls fn with all accounts, a page in a transaction of its own.
func (b *Bank) accountPages(ctx context.Context, fn func(rows []db.Account) error) error {
	for after := int64(0); ; {
		var rows []db.Account
		err := b.store.Read(ctx, func(ctx context.Context, q db.Querier) error {
			var err error
			rows, err = q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{AfterNumber: after, RowLimit: accountsPage})
			return err
		})
		if err != nil {
			return err
		}
		if err := fn(rows); err != nil || len(rows) < accountsPage {
			return err
		}
		after = rows[len(rows)-1].AccountNumber
	}
}

// OpenAccountParams asks for an account.
type OpenAccountParams struct {
	Holder         string
	Pin            string `json:"-"` // no part of the fingerprint: see proveOpener
	InitialDeposit Money
	Currency       string // "" for the bank's own
	InvitationCode string `json:"-"` // no part of the fingerprint, like the PIN
	IdempotencyKey string `json:"-"` // "" for none
}

// Opening is the account that a request has opened, as it was then, or that an earlier request under the same key opened.
type Opening struct {
	Account  Account
	Replayed bool
}

// OpenAccount opens an account for those who may have one, and writes the first entry of its history.
func (b *Bank) OpenAccount(ctx context.Context, caller Caller, p OpenAccountParams) (Opening, error) {
	if p.Currency == "" {
		p.Currency = b.currency
	}
	if err := p.check(); err != nil {
		return Opening{}, err
	}
	var err error
	if p.Holder, err = holderName(p.Holder); err != nil {
		return Opening{}, err
	}
	key, err := b.onceForAnyone(p.IdempotencyKey, "open_account", p)
	if err != nil {
		return Opening{}, err
	}
	receipt, err := b.openOnce(ctx, caller, key, p)
	if err == nil && receipt.Replayed {
		err = b.proveOpener(ctx, caller, receipt.Transaction.Account, p.Pin)
	}
	if err != nil {
		return Opening{}, err
	}
	return Opening{Account: p.opened(receipt.Transaction), Replayed: receipt.Replayed}, nil
}

// openOnce opens the account, or finds that it was opened under the key. What was opened before is answered again, whoever may
// open accounts now.
func (b *Bank) openOnce(ctx context.Context, caller Caller, key once, p OpenAccountParams) (Receipt, error) {
	invited, err := b.mayOpen(ctx, caller, p.InvitationCode)
	if err != nil && key.key != "" {
		earlier, err := b.earlier(ctx, key, err)
		return Receipt{Transaction: earlier, Replayed: true}, err
	}
	if err != nil {
		return Receipt{}, err
	}
	hash, err := b.pins.hash(ctx, opening(caller), p.Pin)
	if err != nil {
		return Receipt{}, err
	}
	return b.write(ctx, key, func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error) {
		if err := b.useInvitation(ctx, q, invited); err != nil {
			return Transaction{}, err
		}
		number, err := b.insertAccount(ctx, q, p, hash, entry.Timestamp)
		if err != nil {
			return Transaction{}, err
		}
		row, _, err := b.lockOwn(ctx, q, number, number)
		if err != nil {
			return Transaction{}, err
		}
		entry.Type, entry.Amount = TypeAccountOpened, p.InitialDeposit
		return b.post(ctx, q, row, entry)
	})
}

// proveOpener lets a repeated opening be answered to a caller who knows its PIN. The attempt is counted as at a sign-in:
// otherwise anyone who knows the rest of the request could try out PINs without ever locking the account.
func (b *Bank) proveOpener(ctx context.Context, caller Caller, number AccountNumber, pin string) error {
	given := proof{caller: caller, who: opening(caller), number: number, pin: pin}
	err := b.prove(ctx, given, func(context.Context, db.Querier, bool) error { return nil })
	switch {
	case errors.Is(err, errInvalidCredentials):
		return errKeyReused // a request with another PIN is another request
	case errors.Is(err, errSecondFactorRequired):
		return nil // the answer tells only what the PIN's holder knows, and the count of wrong codes stays
	}
	return err
}

// opened is the account as its first entry left it. What the entry does not hold is in every request under its key.
func (p *OpenAccountParams) opened(first Transaction) Account {
	return Account{
		Number: first.Account, Holder: p.Holder, Balance: first.BalanceAfter, Currency: p.Currency, Role: RoleCustomer,
		CreatedAt: first.Timestamp, last: first.ID,
	}
}

func (p *OpenAccountParams) check() error {
	if err := checkNewPin("/pin", p.Pin); err != nil {
		return err
	}
	if err := checkAmount("/initial_deposit", p.InitialDeposit, 0); err != nil {
		return err
	}
	return checkCurrency(p.Currency)
}

// insertAccount writes an account without an entry yet, under a number that is free.
func (b *Bank) insertAccount(ctx context.Context, q db.Querier, p OpenAccountParams, hash string, now time.Time,
) (AccountNumber, error) {
	for {
		number, err := drawAccountNumber(b.random)
		if err != nil {
			return 0, err
		}
		inserted, err := q.InsertAccount(ctx, db.InsertAccountParams{
			AccountNumber:     int64(number),
			AccountHolderName: p.Holder,
			HolderNameFolded:  fold(p.Holder),
			PinHash:           hash,
			Currency:          p.Currency,
			Role:              string(RoleCustomer),
			LastHash:          make([]byte, len(Hash{})),
			CreatedAt:         now.UnixMicro(),
		})
		if err != nil || inserted == 1 {
			return number, err
		}
	}
}

// GetAccount reads an account, for its owner and administrators.
func (b *Bank) GetAccount(ctx context.Context, caller Caller, number AccountNumber) (Account, error) {
	if err := caller.mustOwnOrAdmin(number); err != nil {
		return Account{}, err
	}
	return b.readAccount(ctx, number)
}

func (b *Bank) readAccount(ctx context.Context, number AccountNumber) (Account, error) {
	var account Account
	err := b.store.Read(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		account, err = accountByNumber(ctx, q, number)
		return err
	})
	return account, err
}

// SetRole gives an account a role, for the operator.
func (b *Bank) SetRole(ctx context.Context, caller Caller, number AccountNumber, role Role) (Account, error) {
	if err := caller.mustBeOperator(); err != nil {
		return Account{}, err
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, account Account) error {
		if account.Role == role {
			return nil
		}
		if _, err := q.UpdateRole(ctx, db.UpdateRoleParams{Role: string(role), AccountNumber: int64(number)}); err != nil {
			return err
		}
		return b.recordDetail(ctx, q, EventRoleChanged, number, caller, string(account.Role)+">"+string(role))
	})
}

// change runs fn on an account that exists and returns the account as fn leaves it.
func (b *Bank) change(ctx context.Context, number AccountNumber,
	fn func(ctx context.Context, q db.Querier, account Account) error,
) (Account, error) {
	var account Account
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		before, err := accountByNumber(ctx, q, number)
		if err != nil {
			return err
		}
		if err := fn(ctx, q, before); err != nil {
			return err
		}
		account, err = accountByNumber(ctx, q, number)
		return err
	})
	return account, err
}

// HasAccounts tells whether anybody has opened an account in a database yet.
func HasAccounts(ctx context.Context, s *store.Store) (bool, error) {
	has := false
	err := s.Read(ctx, func(ctx context.Context, q db.Querier) error {
		first, err := q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{RowLimit: 1})
		has = len(first) > 0
		return err
	})
	return has, err
}
