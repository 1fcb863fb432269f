package bank

import (
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

// AccountStatus is what an account may be used for.
type AccountStatus string

// The statuses.
const (
	StatusOpen   AccountStatus = "open"
	StatusFrozen AccountStatus = "frozen" // in one direction or both
	StatusClosed AccountStatus = "closed"
)

// Account is a customer's account at one moment.
type Account struct {
	Number    ledger.AccountNumber
	Customer  uuid.UUID
	Holder    string // the customer's name
	Nickname  string // the customer's own name for it
	Balance   ledger.Money
	Held      ledger.Money // what of the balance is held
	Currency  string
	Role      auth.Role // the customer's
	Status    AccountStatus
	Freeze    ledger.Freeze // while the status is StatusFrozen
	Reason    StatusReason  // of the freeze or the closing; "" unless it may be shown: see shownTo
	CreatedAt time.Time

	SignInLocked bool // for the customer, after wrong PINs; the account itself works as before

	tail history.Tail

	reason StatusReason
	limits ledger.Limits
	spent  ledger.Spent
}

// Available returns what can leave the account.
func (a *Account) Available() ledger.Money { return a.Balance - a.Held }

func accountOf(row *db.Account, customer *db.Customer) Account {
	return Account{
		Number:   ledger.AccountNumber(row.AccountNumber),
		Customer: customer.ID,
		Holder:   customer.Name,
		Nickname: row.Nickname,
		Balance:  ledger.Money(row.Balance),
		Held:     ledger.Money(row.Held),
		Currency: row.Currency,
		Role:     auth.Role(customer.Role),
		Status:   AccountStatus(row.Status),
		Freeze:   store.FreezeOf(row.DebitsFrozen, row.CreditsFrozen, row.FrozenUntil),
		reason:   StatusReason(row.StatusReason),
		limits:   store.LimitsOf(row.LimitPerTransfer, row.LimitDaily, row.LimitMonthly),
		spent: ledger.Spent{
			Day: row.SpentDay, OnDay: ledger.Money(row.SpentOnDay), Month: row.SpentMonth, InMonth: ledger.Money(row.SpentInMonth),
		},
		CreatedAt: time.UnixMicro(row.CreatedAt).UTC(),
		tail:      history.TailOf(row),

		SignInLocked: customer.SignInLocked,
	}
}

// at returns the account as it is at a moment: a freeze may have ended by itself.
func (a Account) at(now time.Time) Account {
	if a.Status == StatusFrozen && !a.Freeze.At(now).Any() {
		a.Status, a.Freeze, a.Reason, a.reason = StatusOpen, ledger.Freeze{}, "", ""
	}
	return a
}

// shownTo returns the account as a caller may see it. Only those who manage accounts learn why the bank has frozen or closed one; its owner
// must not, since that could warn a suspect.
func (a Account) shownTo(caller auth.Caller) Account {
	manages := caller.Has(auth.AccountsManage) && caller.Reaches(a.Number)
	if owner := caller.Customer == a.Customer; a.reason == ReasonCustomer || manages && !owner {
		a.Reason = a.reason
	}
	return a
}

func accountByNumber(ctx context.Context, q db.Querier, number ledger.AccountNumber) (Account, error) {
	row, err := store.AccountBy(ctx, q, number)
	if err != nil {
		return Account{}, err
	}
	return accountOf(&row.Account, &row.Customer), nil
}

// GetAccount returns an account, for its owner and administrators.
func (b *Bank) GetAccount(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) (Account, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return Account{}, err
	}
	account, err := b.readAccount(ctx, number)
	return account.shownTo(caller), err
}

// ListAccounts returns the caller's own accounts, oldest first.
func (b *Bank) ListAccounts(ctx context.Context, caller auth.Caller) ([]Account, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, caller.Account); err != nil {
		return nil, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]Account, error) {
		customer, err := q.CustomerByID(ctx, caller.Customer)
		if err != nil {
			return nil, err
		}
		rows, err := q.ListCustomerAccounts(ctx, db.ListCustomerAccountsParams{CustomerID: caller.Customer, RowLimit: auth.MaxAccounts})
		accounts := make([]Account, 0, len(rows))
		for i := range rows {
			accounts = append(accounts, accountOf(&rows[i], &customer).at(b.now()).shownTo(caller))
		}
		return accounts, err
	})
}

// ChangeAccount sets an account's nickname, for its owner.
func (b *Bank) ChangeAccount(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, nickname string) (Account, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, number); err != nil {
		return Account{}, err
	}
	if err := checkText("/nickname", nickname); err != nil {
		return Account{}, err
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, _ Account) error {
		_, err := q.UpdateNickname(ctx, db.UpdateNicknameParams{Nickname: nickname, AccountNumber: int64(number)})
		return err
	})
}

func (b *Bank) readAccount(ctx context.Context, number ledger.AccountNumber) (Account, error) {
	account, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (Account, error) {
		return accountByNumber(ctx, q, number)
	})
	return account.at(b.now()), err
}

// SetRole sets the role of an account's customer, for the operator.
func (b *Bank) SetRole(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, role auth.Role) (Account, error) {
	if err := b.auth.Require(ctx, caller, auth.BankOperate, auth.AllAccounts); err != nil {
		return Account{}, err
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, account Account) error {
		if account.Role == role {
			return nil
		}
		return b.setRole(ctx, q, caller, account, role)
	})
}

// setRole sets another role in the caller's transaction, for a caller who may.
func (b *Bank) setRole(ctx context.Context, q db.Querier, caller auth.Caller, account Account, role auth.Role) error {
	if _, err := q.UpdateRole(ctx, db.UpdateRoleParams{Role: string(role), ID: account.Customer}); err != nil {
		return err
	}
	return b.auth.RecordDetail(ctx, q, EventRoleChanged, account.Number, caller, string(account.Role)+">"+string(role))
}

// UnlockAccount lifts the lock of an account's customer and resets the count of wrong PINs, for staff.
func (b *Bank) UnlockAccount(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) (Account, error) {
	if err := b.auth.RequireToUnlock(ctx, caller, number); err != nil {
		return Account{}, err
	}
	return b.change(ctx, number, func(ctx context.Context, q db.Querier, account Account) error {
		return b.auth.Unlock(ctx, q, caller, number, account.Customer)
	})
}

// change runs fn on an existing account and returns the account as fn leaves it.
func (b *Bank) change(ctx context.Context, number ledger.AccountNumber,
	fn func(ctx context.Context, q db.Querier, account Account) error,
) (Account, error) {
	account, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Account, error) {
		before, err := accountByNumber(ctx, q, number)
		if err != nil {
			return Account{}, err
		}
		if err := fn(ctx, q, before); err != nil {
			return Account{}, err
		}
		return accountByNumber(ctx, q, number)
	})
	return account.at(b.now()).shownTo(auth.Caller{}), err
}

// HasAccounts reports whether the database has any accounts yet.
func HasAccounts(ctx context.Context, s *store.Store) (bool, error) {
	return store.Read(ctx, s, func(ctx context.Context, q db.Querier) (bool, error) {
		first, err := q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{RowLimit: 1})
		return len(first) > 0, err
	})
}

// Payee is what a customer may know of an account before sending money to it.
type Payee struct {
	Account    ledger.AccountNumber
	MaskedName string
	Currency   string
}

// GetPayee returns who would receive a transfer, for any signed-in customer.
func (b *Bank) GetPayee(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) (Payee, error) {
	if err := b.auth.Require(ctx, caller, auth.TransfersWrite, caller.Account); err != nil {
		return Payee{}, err
	}
	account, err := b.readAccount(ctx, number)
	if err != nil {
		return Payee{}, err
	}
	return Payee{Account: account.Number, MaskedName: names.Mask(account.Holder), Currency: account.Currency}, nil
}
