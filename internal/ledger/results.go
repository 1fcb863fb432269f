package ledger

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// What became of the transfers of a batch is kept as text, a line for each: the id of the sender's entry, or "refused" and why. The
// answer to a request is made from these lines, and so is the same whenever it is asked for.

// refusalNames has the names under which the refusals of one of many transfers are kept.
var refusalNames = map[string]*Refusal{
	"account_not_found":      ErrAccountNotFound,
	"check_digit":            errCheckDigit,
	"same_account":           ErrSameAccount,
	"currency_mismatch":      errCurrencyMismatch,
	"insufficient_funds":     errInsufficientFunds,
	"balance_limit_exceeded": errBalanceLimit,
	"reference_used":         errReferenceUsed,
}

const refusedPrefix = "refused "

// Kept is what is kept of the result of one of many transfers: either of both.
type Kept struct {
	ID      uuid.UUID // of the sender's entry
	Refusal *Refusal
}

// KeptText returns the text that keeps results.
func KeptText(results []Result) string {
	var text strings.Builder
	for i := range results {
		if i > 0 {
			text.WriteByte('\n')
		}
		if refusal := results[i].Refusal; refusal != nil {
			text.WriteString(refusedPrefix + refusalName(refusal))
		} else {
			text.WriteString(results[i].Entry.ID.String())
		}
	}
	return text.String()
}

func refusalName(refusal *Refusal) string {
	for name, known := range refusalNames {
		if known == refusal {
			return name
		}
	}
	panic("ledger: no transfer of many is refused by " + refusal.Error())
}

// ParseKept reads the text of KeptText.
func ParseKept(text string) ([]Kept, error) {
	lines := strings.Split(text, "\n")
	kept := make([]Kept, len(lines))
	for i, line := range lines {
		name, refused := strings.CutPrefix(line, refusedPrefix)
		if refused {
			kept[i].Refusal = refusalNames[name]
		} else if id, err := uuid.Parse(line); err == nil {
			kept[i].ID = id
		}
		if kept[i] == (Kept{}) {
			return nil, fmt.Errorf("ledger: line %d of a batch's results is not one", i+1)
		}
	}
	return kept, nil
}
