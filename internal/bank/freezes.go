package bank

import (
	"context"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// StatusReason is why an account is frozen or closed.
type StatusReason string

// The reasons.
const (
	ReasonFraud    StatusReason = "fraud"
	ReasonLegal    StatusReason = "legal"
	ReasonCustomer StatusReason = "customer" // the customer wants it
	ReasonDeceased StatusReason = "deceased"
	ReasonOther    StatusReason = "other"
)

// FreezeParams holds the inputs of FreezeAccount.
type FreezeParams struct {
	Account         ledger.AccountNumber
	Debits, Credits bool // what to freeze
	Reason          StatusReason
	Note            string    // for the audit trail; "" for none
	Until           time.Time // zero for no end
}

// FreezeAccount stops money from leaving an account, from arriving, or both, for staff. It replaces an earlier freeze. Owners can freeze the
// debits of their own account, as after the loss of a phone; that never replaces a freeze, which could be the bank's.
func (b *Bank) FreezeAccount(ctx context.Context, caller auth.Caller, p FreezeParams) (Account, error) {
	own, err := b.requireToRestrict(ctx, caller, p.Account)
	if err != nil {
		return Account{}, err
	}
	if own && (p.Reason != ReasonCustomer || p.Credits || !p.Debits) {
		return Account{}, refuse(auth.CodeForbidden, "Owners can freeze the debits of their account alone, for the reason customer.")
	}
	if err := p.check(b.now()); err != nil {
		return Account{}, err
	}
	return b.changeStatus(ctx, caller, p.Account, func(ctx context.Context, q db.Querier, account ledger.Account) error {
		if own && freezeOf(&account).At(b.now()).Any() {
			return ledger.ErrAccountFrozen
		}
		update := db.UpdateFreezeParams{
			AccountNumber: int64(p.Account), Status: string(StatusFrozen), DebitsFrozen: p.Debits, CreditsFrozen: p.Credits,
			StatusReason: string(p.Reason),
		}
		if !p.Until.IsZero() {
			until := p.Until.UnixMicro()
			update.FrozenUntil = &until
		}
		if err := q.UpdateFreeze(ctx, update); err != nil {
			return err
		}
		return b.auth.RecordDetail(ctx, q, EventAccountFrozen, p.Account, caller, p.detail())
	})
}

// check makes the checks that need no database.
func (p *FreezeParams) check(now time.Time) error {
	switch {
	case !p.Debits && !p.Credits:
		return invalid("/debits", "or credits must be true")
	case !p.Until.IsZero() && !p.Until.After(now):
		return invalid("/until", "must be in the future")
	}
	return checkText("/note", p.Note)
}

// detail returns what the audit trail says about the freeze.
func (p *FreezeParams) detail() string {
	var words []string
	if p.Debits {
		words = append(words, "debits")
	}
	if p.Credits {
		words = append(words, "credits")
	}
	words = append(words, string(p.Reason))
	if !p.Until.IsZero() {
		words = append(words, "until", ledger.FormatTime(p.Until))
	}
	return withNote(strings.Join(words, " "), p.Note)
}

// withNote appends a note to an event's detail.
func withNote(detail, note string) string {
	if note == "" {
		return detail
	}
	return strings.TrimPrefix(detail+": "+note, ": ")
}

// UnfreezeParams holds the inputs of UnfreezeAccount.
type UnfreezeParams struct {
	Account ledger.AccountNumber
	Note    string // for the audit trail; "" for none
}

// UnfreezeAccount lifts an account's freeze, for staff.
func (b *Bank) UnfreezeAccount(ctx context.Context, caller auth.Caller, p UnfreezeParams) (Account, error) {
	if err := b.requireToRelease(ctx, caller, p.Account); err != nil {
		return Account{}, err
	}
	if err := checkText("/note", p.Note); err != nil {
		return Account{}, err
	}
	return b.changeStatus(ctx, caller, p.Account, func(ctx context.Context, q db.Querier, account ledger.Account) error {
		if !freezeOf(&account).At(b.now()).Any() {
			return refuse(CodeAccountNotFrozen, "The account is not frozen.")
		}
		if err := q.UpdateFreeze(ctx, db.UpdateFreezeParams{AccountNumber: int64(p.Account), Status: string(StatusOpen)}); err != nil {
			return err
		}
		return b.auth.RecordDetail(ctx, q, EventAccountUnfrozen, p.Account, caller, withNote("", p.Note))
	})
}

func freezeOf(account *ledger.Account) ledger.Freeze {
	if account.Rules == nil {
		return ledger.Freeze{}
	}
	return account.Rules.Freeze
}

// requireToRestrict is auth.Service.Require for what restricts an account: its owner may do some of it, too. It reports whether the
// caller is the owner.
func (b *Bank) requireToRestrict(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) (own bool, err error) {
	refusal := b.auth.Require(ctx, caller, auth.AccountsManage, number)
	if refusal != nil && !ledger.IsRefusal(refusal) {
		return false, refusal
	}
	if own, err = b.auth.Owns(ctx, caller, number); err != nil || own {
		return own, err
	}
	return false, refusal
}

// requireToRelease is auth.Service.Require for what owners may not do even if they are staff: otherwise they could lift restrictions that
// their bank has imposed.
func (b *Bank) requireToRelease(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
	if err := b.auth.Require(ctx, caller, auth.AccountsManage, number); err != nil {
		return err
	}
	own, err := b.auth.Owns(ctx, caller, number)
	if err == nil && own {
		err = refuse(auth.CodeForbidden, "This is your own account. Ask another member of staff.")
	}
	return err
}

// changeStatus runs fn on an account that is not closed, while its row is locked, and returns the account as fn leaves it. Postings
// lock the same row, so each of them meets the account either as it was before or as it is afterwards.
func (b *Bank) changeStatus(ctx context.Context, caller auth.Caller, number ledger.AccountNumber,
	fn func(ctx context.Context, q db.Querier, account ledger.Account) error,
) (Account, error) {
	account, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Account, error) {
		_, locked, err := b.lockOpen(ctx, q, number)
		if err != nil {
			return Account{}, err
		}
		if err := fn(ctx, q, locked); err != nil {
			return Account{}, err
		}
		return accountByNumber(ctx, q, number)
	})
	return account.at(b.now()).shownTo(caller), err
}
