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

	last uuid.UUID // the newest entry; uuid.Nil only while the account is being opened
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

// OpenAccountParams asks for an account.
type OpenAccountParams struct {
	Holder         string
	Pin            string
	InitialDeposit Money
	Currency       string // "" for the bank's own
	IdempotencyKey string `json:"-"` // "" for none
}

// Opening is the account that a request has opened, as it was then, or that an earlier request under the same key opened.
type Opening struct {
	Account  Account
	Replayed bool
}

// OpenAccount opens an account for anybody and writes the first entry of its history.
func (b *Bank) OpenAccount(ctx context.Context, p OpenAccountParams) (Opening, error) {
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
	hash, err := b.pins.hash(ctx, p.Pin)
	if err != nil {
		return Opening{}, err
	}
	var account Account
	receipt, err := b.write(ctx, key, func(ctx context.Context, q db.Querier, entry Transaction) (Transaction, error) {
		var err error
		if account, err = b.insertAccount(ctx, q, p, hash, entry.Timestamp); err != nil {
			return Transaction{}, err
		}
		row, _, err := b.lockOwn(ctx, q, account.Number, account.Number)
		if err != nil {
			return Transaction{}, err
		}
		entry.Type, entry.Amount = TypeAccountOpened, p.InitialDeposit
		entry, err = b.post(ctx, q, row, entry)
		account.Balance, account.last = entry.BalanceAfter, entry.ID
		return entry, err
	})
	if err != nil {
		return Opening{}, err
	}
	if receipt.Replayed {
		return b.reopening(ctx, receipt.Transaction)
	}
	return Opening{Account: account}, nil
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
func (b *Bank) insertAccount(ctx context.Context, q db.Querier, p OpenAccountParams, hash string, now time.Time) (Account, error) {
	for {
		number, err := drawAccountNumber(b.random)
		if err != nil {
			return Account{}, err
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
			return Account{Number: number, Holder: p.Holder, Currency: p.Currency, Role: RoleCustomer, CreatedAt: now}, err
		}
	}
}

// reopening tells an opening again as it was told the first time, from what has not changed since.
func (b *Bank) reopening(ctx context.Context, first Transaction) (Opening, error) {
	account, err := b.readAccount(ctx, first.Account)
	account.Balance, account.last, account.Role, account.Locked = first.BalanceAfter, first.ID, RoleCustomer, false
	return Opening{Account: account, Replayed: true}, err
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
	if !caller.Operator {
		return Account{}, refuse(CodeForbidden, "Only the operator gives roles.")
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, account Account) error {
		if account.Role == role {
			return nil
		}
		if _, err := q.UpdateRole(ctx, db.UpdateRoleParams{Role: string(role), AccountNumber: int64(number)}); err != nil {
			return err
		}
		return b.record(ctx, q, EventRoleChanged, number, caller)
	})
}

// UnlockAccount lifts a lock and resets the count of wrong PINs, for administrators.
func (b *Bank) UnlockAccount(ctx context.Context, caller Caller, number AccountNumber) (Account, error) {
	if err := caller.mustBeAdmin(); err != nil {
		return Account{}, err
	}
	if caller.Locked && !caller.AdminKey {
		// Else whoever holds a session of an administrator could go on guessing that administrator's PIN for ever.
		return Account{}, errAccountLocked
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, _ Account) error {
		unlocked, err := q.UnlockAccount(ctx, int64(number))
		if err != nil {
			return err
		}
		if unlocked == 0 {
			return refuse(CodeAccountNotLocked, "The account is not locked.")
		}
		return b.record(ctx, q, EventAccountUnlocked, number, caller)
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
