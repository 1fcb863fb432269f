package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// ChainHash returns the hash of an entry whose predecessor has the hash previous. The contract's introduction specifies this
// encoding for clients; it must never change.
func (e *Entry) ChainHash(previous Hash) Hash {
	var room [512]byte
	text := e.appendLines(room[:0], previous)
	// What an entry may have to tell beyond the twelve lines is a line name=value each, if only this entry has it. A new fact goes to the
	// end. Decide and Follows let no text pass that is not onOneLine, because a line feed could feign a fact.
	if e.Reference != "" {
		text = append(append(text, "\nreference="...), e.Reference...)
	}
	if e.Via != "" {
		text = append(append(text, "\nvia="...), e.Via...)
	}
	if e.Hold != uuid.Nil {
		text = AppendID(append(text, "\nhold="...), e.Hold)
	}
	if e.Reverses != uuid.Nil {
		text = AppendID(append(text, "\nreverses="...), e.Reverses)
	}
	return sha256.Sum256(text)
}

// appendLines appends the twelve lines that every entry's hash is made of.
func (e *Entry) appendLines(text []byte, previous Hash) []byte {
	text = append(hex.AppendEncode(text, previous[:]), '\n')
	text = append(AppendID(text, e.ID), '\n')
	text = append(e.Account.AppendDigits(text), '\n')
	text = append(strconv.AppendInt(text, e.Sequence, 10), '\n')
	text = append(append(text, e.Type...), '\n')
	text = append(strconv.AppendInt(text, int64(e.Amount), 10), '\n')
	text = append(append(text, e.Currency...), '\n')
	text = append(strconv.AppendInt(text, int64(e.BalanceAfter), 10), '\n')
	text = append(AppendTime(text, e.Timestamp), '\n')
	if e.Transfer != uuid.Nil {
		text = append(AppendID(text, e.Transfer), '\n')
		text = append(e.Counterparty.AppendDigits(text), '\n')
	} else {
		text = append(text, "\n\n"...)
	}
	return append(text, e.Description...)
}

// AppendID appends an id in its 36-character form.
func AppendID(text []byte, id uuid.UUID) []byte {
	for i, group := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, group)
	}
	return text
}

// Follows returns what is wrong with an entry as the next one of an account, or "".
func (e *Entry) Follows(account *Account) string {
	balance, err := account.Balance.after(e.Type, e.Amount)
	switch {
	case e.Sequence != account.Sequence+1:
		return fmt.Sprintf("entry %d is missing", account.Sequence+1)
	case e.Currency != account.Currency:
		return "the currency is not the account's"
	case err != nil || e.BalanceAfter != balance:
		return "the balance does not follow from the previous entry"
	case e.Timestamp.Before(account.Time):
		return "the time is before that of the previous entry"
	case e.Hash != e.ChainHash(account.Hash):
		return "the hash does not match the entry and the previous one"
	case e.Type == "":
		return "its type does not exist"
	case e.Previous != account.Last:
		return "it does not name the previous entry"
	case e.Account != account.Number:
		return "it belongs to another account"
	case (e.Type == TypeAccountOpened) != (e.Sequence == 1):
		return "its type does not fit its place"
	case !e.Type.Reverses() && e.Type.transfers() != (e.Transfer != uuid.Nil):
		return "its type does not fit a transfer's leg"
	case e.Type.Reverses() != (e.Reverses != uuid.Nil):
		return "its type does not fit a reversal"
	case CheckAmount(e.Type, e.Amount) != nil:
		return "no entry can have this amount"
	case !onOneLine(e.Description):
		return "its description is more than one line"
	case !onOneLine(e.Reference) || e.Reference != "" && !e.Type.transfers():
		return "its reference cannot be one"
	case e.Via != "" && !validSettlement(e.Via), e.Via != "" && !e.Type.settles(e.Amount) && !e.Type.Reverses():
		return "it cannot be settled in this way"
	case e.Type.Reverses() && (e.Via == "") != (e.Transfer != uuid.Nil):
		return "a reversal is either settled or has two legs"
	case e.Hold != uuid.Nil && !e.Type.captures():
		return "its type does not fit the capture of a hold"
	}
	return ""
}
