package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// ChainHash returns the hash of an entry whose predecessor has the hash previous. The contract's introduction specifies this
// encoding for clients; it must never change. No entry has a further fact yet.
func (e *Entry) ChainHash(previous Hash) Hash { return hashOf(e.lines(previous), nil) }

// lines returns the twelve lines of an entry's hash.
func (e *Entry) lines(previous Hash) []string {
	transfer, counterparty := "", ""
	if e.Transfer != uuid.Nil {
		transfer, counterparty = e.Transfer.String(), e.Counterparty.String()
	}
	return []string{
		hex.EncodeToString(previous[:]),
		e.ID.String(),
		e.Account.String(),
		strconv.FormatInt(e.Sequence, 10),
		string(e.Type),
		strconv.FormatInt(int64(e.Amount), 10),
		e.Currency,
		strconv.FormatInt(int64(e.BalanceAfter), 10),
		FormatTime(e.Timestamp),
		transfer,
		counterparty,
		e.Description,
	}
}

// factNames are what an entry may have to tell beyond the twelve lines, in the order of their lines. A new one goes to the end.
var factNames = []string{"reference", "via", "hold", "reverses"}

// hashOf hashes the lines that all entries have and, after them, a line name=value for each fact that only this one has. Decide and
// Follows let no description pass that is not onOneLine, because a line feed could feign a fact, and must do so for values, too.
func hashOf(lines []string, facts map[string]string) Hash {
	for _, name := range factNames {
		if value, has := facts[name]; has {
			lines = append(lines, name+"="+value)
		}
	}
	return sha256.Sum256([]byte(strings.Join(lines, "\n")))
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
	case e.Type.transfers() != (e.Transfer != uuid.Nil):
		return "its type does not fit a transfer's leg"
	case CheckAmount(e.Type, e.Amount) != nil:
		return "no entry can have this amount"
	case !onOneLine(e.Description):
		return "its description is more than one line"
	}
	return ""
}
