package ledger

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Posting is a movement of money that is requested.
type Posting struct {
	ID          uuid.UUID // of the entry in Account
	Type        EntryType // of that entry; TypeTransferOut stands for the whole transfer, and TypeReversalOut for its whole reversal
	Account     AccountNumber
	Amount      Money // 0 for all that is left of what is reversed
	Description string
	Time        time.Time // the bank's; UTC, whole microseconds
	Calendar    Calendar  // the bank's, for limits
	Sweep       bool      // empties an account that is being closed: no limit applies
	Via         string    // what money that comes in or goes out is settled against; "" in a transfer
	Hold        uuid.UUID // whose money a withdrawal or a transfer takes: all that is left of it if Amount is 0; uuid.Nil for none
	Final       bool      // releases what is left of the hold

	// In a transfer, and in the reversal of one.
	To        AccountNumber
	ToID      uuid.UUID // of the entry in To
	Transfer  uuid.UUID
	Reference string // the sender's own, unlike that of any other transfer of the sender's; "" for none

	// In a reversal alone.
	Reverses   uuid.UUID // the entry of Account that is reversed
	ToReverses uuid.UUID // the entry of To that is reversed with it; uuid.Nil if there is no To
	Original   Money     // the amount of both
}

// Decide returns the entries that a posting adds to the histories of its accounts, complete: one, or the two legs of a transfer or of
// its reversal, the payer's first. If the error is a *Refusal, the posting must not be carried out. The accounts are as the last entry of
// each left them, and one that is not among them does not exist.
//
// Entries have the posting's time or, if the clock was set back, that of the last entry before them: times in a history never
// decrease. Both legs of a transfer have the same time.
func Decide(p Posting, accounts map[AccountNumber]Account) ([]Entry, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	account, known := accounts[p.Account]
	if !known {
		return nil, ErrAccountNotFound
	}
	if (p.Type == TypeAccountOpened) != (account.Sequence == 0) {
		return nil, fmt.Errorf("ledger: %s as entry %d of account %s", p.Type, account.Sequence+1, p.Account)
	}
	if p.Type == TypeTransferOut || p.To != 0 {
		return p.legs(account, accounts)
	}
	entry, err := p.entry(account, leg{id: p.ID, kind: p.Type, time: latest(p.Time, account.Time), reverses: p.Reverses})
	if err != nil {
		return nil, err
	}
	return []Entry{entry}, nil
}

// check makes the checks that need no account.
func (p *Posting) check() error {
	switch p.Type {
	case TypeAccountOpened, TypeDeposit, TypeWithdrawal, TypeTransferOut, TypeReversalIn, TypeReversalOut:
	default:
		return fmt.Errorf("ledger: no posting has the type %q", p.Type)
	}
	if err := CheckAmount(p.Type, p.Amount); err != nil {
		return err
	}
	if !onOneLine(p.Description) {
		return Invalid("/description", "must be one line")
	}
	if !onOneLine(p.Reference) || p.Reference != "" && p.Type != TypeTransferOut {
		return Invalid("/reference", "must be one line, of a transfer")
	}
	if p.Via != "" && (!p.Type.settles(p.Amount) && !p.Type.Reverses() || !validSettlement(p.Via)) {
		return Invalid("/via", "must be a settlement code, of money that comes in or goes out")
	}
	if p.Hold != uuid.Nil && !p.Type.captures() {
		return fmt.Errorf("ledger: no %s captures a hold", p.Type)
	}
	if p.Type.Reverses() != (p.Reverses != uuid.Nil) || (p.ToReverses != uuid.Nil) != (p.Reverses != uuid.Nil && p.To != 0) {
		return fmt.Errorf("ledger: a %s that reverses %s and %s", p.Type, p.Reverses, p.ToReverses)
	}
	return nil
}

// onOneLine reports whether a text is one line of those that an entry's hash is made of.
func onOneLine(text string) bool { return !strings.Contains(text, "\n") }

// legs decides on a transfer, or on the reversal of one.
func (p *Posting) legs(sender Account, accounts map[AccountNumber]Account) ([]Entry, error) {
	recipient, err := sender.recipient(p.To, accounts)
	if err != nil {
		return nil, err
	}
	at := latest(p.Time, sender.Time, recipient.Time)
	arriving := TypeTransferIn
	if p.Type.Reverses() {
		arriving = TypeReversalIn
	}
	out, err := p.entry(sender, leg{p.ID, p.Type, at, p.Transfer, p.To, p.Reverses})
	if err != nil {
		return nil, err
	}
	in, err := p.entry(recipient, leg{p.ToID, arriving, at, p.Transfer, p.Account, p.ToReverses})
	if err != nil {
		return nil, err
	}
	return []Entry{out, in}, nil
}

// recipient returns the account that is to get money from this one.
func (a *Account) recipient(to AccountNumber, accounts map[AccountNumber]Account) (Account, error) {
	recipient, known := accounts[to]
	switch {
	case to == a.Number:
		return Account{}, ErrSameAccount
	case !known && !to.LuhnValid():
		return Account{}, errCheckDigit
	case !known:
		return Account{}, errNoRecipient
	case a.Currency != recipient.Currency:
		return Account{}, errCurrencyMismatch
	}
	return recipient, nil
}

// leg is what the entries of one posting differ in, besides their accounts.
type leg struct {
	id           uuid.UUID
	kind         EntryType
	time         time.Time
	transfer     uuid.UUID
	counterparty AccountNumber
	reverses     uuid.UUID
}

// entry returns an account's next entry.
func (p *Posting) entry(account Account, l leg) (Entry, error) {
	if account.Rules != nil {
		if refusal := account.Rules.allow(p, &l); refusal != nil {
			return Entry{}, refusal
		}
	}
	if l.kind.Takes() && p.Amount > account.Available() {
		return Entry{}, errInsufficientFunds
	}
	balance, err := account.Balance.after(l.kind, p.Amount)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		ID:           l.id,
		Account:      account.Number,
		Sequence:     account.Sequence + 1,
		Previous:     account.Last,
		Type:         l.kind,
		Amount:       p.Amount,
		Currency:     account.Currency,
		BalanceAfter: balance,
		Timestamp:    l.time,
		Description:  p.Description,
		Reference:    p.Reference,
		Via:          p.Via,
		Hold:         p.Hold,
		Reverses:     l.reverses,
		Transfer:     l.transfer,
		Counterparty: l.counterparty,
	}
	e.Hash = e.ChainHash(account.Hash)
	return e, nil
}

func latest(t time.Time, others ...time.Time) time.Time {
	for _, other := range others {
		if other.After(t) {
			t = other
		}
	}
	return t
}
