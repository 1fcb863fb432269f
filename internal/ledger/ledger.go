// Package ledger is the bank's arithmetic: money and its currencies, account numbers, and how a posting becomes the next entries of
// the histories that it touches, each with the hash of the entry before, or is refused. It decides from values alone, without a
// clock, a database or a context, so the bank, its verification and its tests all share the same rules.
package ledger

import (
	"time"

	"github.com/google/uuid"
)

// EntryType is what an entry did to its account.
type EntryType string

// The types. An account's first entry, and only that one, is its opening.
const (
	TypeAccountOpened EntryType = "account_opened"
	TypeDeposit       EntryType = "deposit"
	TypeWithdrawal    EntryType = "withdrawal"
	TypeTransferIn    EntryType = "transfer_in"
	TypeTransferOut   EntryType = "transfer_out"
	TypeReversalIn    EntryType = "reversal_in"  // money that left the account has come back
	TypeReversalOut   EntryType = "reversal_out" // money that arrived in the account has been given back
)

// Takes reports whether entries of this type lower the balance.
func (t EntryType) Takes() bool {
	return t == TypeWithdrawal || t == TypeTransferOut || t == TypeReversalOut
}

// Reverses reports whether entries of this type reverse another.
func (t EntryType) Reverses() bool { return t == TypeReversalIn || t == TypeReversalOut }

// transfers reports whether entries of this type are legs of transfers.
func (t EntryType) transfers() bool { return t == TypeTransferIn || t == TypeTransferOut }

// captures reports whether entries of this type can capture a hold.
func (t EntryType) captures() bool { return t == TypeWithdrawal || t.transfers() }

// Entry is one entry of an account's history. Entries are added and never changed.
type Entry struct {
	ID           uuid.UUID
	Account      AccountNumber
	Sequence     int64     // 1, 2, 3 … within the account
	Previous     uuid.UUID // the previous entry; uuid.Nil for the first
	Type         EntryType
	Amount       Money // positive, whatever the direction; 0 only at an opening
	Currency     string
	BalanceAfter Money
	Timestamp    time.Time // never earlier than the previous entry's
	Description  string
	Reference    string        // of a transfer, on both legs; "" for none
	Via          string        // what a deposit, a withdrawal, an initial deposit or the reversal of one is settled against; "" in other entries and in older ones
	Hold         uuid.UUID     // that the entry captures, on both legs of a transfer; uuid.Nil for none
	Reverses     uuid.UUID     // the entry of the same account that a reversal reverses; uuid.Nil in other entries
	Transfer     uuid.UUID     // shared by both legs; uuid.Nil in other entries
	Counterparty AccountNumber // the other account of a transfer
	Hash         Hash
}

// Account is an account's state: what its next entry follows from. Before the opening, only Number and Currency are set.
type Account struct {
	Number   AccountNumber
	Currency string
	Balance  Money
	Held     Money // the sum of what is left of its pending holds

	// Of the last entry.
	Sequence int64
	Last     uuid.UUID
	Time     time.Time
	Hash     Hash

	Rules *Rules // nil for an account that is open, not frozen, and without limits
}

// Available returns what can leave the account.
func (a *Account) Available() Money { return a.Balance - a.Held }

// State returns the account as the entry leaves it, without its rules and holds.
func (e *Entry) State() Account {
	return Account{
		Number: e.Account, Currency: e.Currency, Balance: e.BalanceAfter,
		Sequence: e.Sequence, Last: e.ID, Time: e.Timestamp, Hash: e.Hash,
	}
}

// FormatTime formats a time as in the contract: RFC 3339, UTC, microseconds.
func FormatTime(t time.Time) string { return string(AppendTime(nil, t)) }

// AppendTime appends what FormatTime returns.
func AppendTime(text []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(text, "2006-01-02T15:04:05.000000Z")
}
