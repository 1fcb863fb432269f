package ledger

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The results of a batch of transfers are stored as text, a line for each: the id of the sender's entry, or "refused" and why. If the sender
// is not the batch's account, the line begins with "from" and the sender. Every answer is made from these lines, so it is always the same.

// refusalNames has the names under which refusals of single transfers are stored.
var refusalNames = map[string]*Refusal{
	"account_not_found":      ErrAccountNotFound,
	"no_recipient":           errNoRecipient,
	"check_digit":            errCheckDigit,
	"same_account":           ErrSameAccount,
	"currency_mismatch":      errCurrencyMismatch,
	"insufficient_funds":     errInsufficientFunds,
	"balance_limit_exceeded": errBalanceLimit,
	"reference_used":         errReferenceUsed,
	"account_closed":         ErrAccountClosed,
	"debits_frozen":          errDebitsFrozen,
	"recipient_closed":       errRecipientClosed,
	"recipient_frozen":       errRecipientFrozen,
}

const (
	fromPrefix    = "from "
	refusedPrefix = "refused "
)

// Kept is the stored result of one transfer of a batch: either an id or a refusal.
type Kept struct {
	From    AccountNumber // the sender, if it is another account than the batch's; 0 otherwise
	ID      uuid.UUID     // of the sender's entry
	Refusal *Refusal
}

// KeptText returns the text that keeps results.
func KeptText(results []Kept) string {
	var text strings.Builder
	for i, result := range results {
		if i > 0 {
			text.WriteByte('\n')
		}
		if result.From != 0 {
			text.WriteString(fromPrefix + result.From.String() + " ")
		}
		if result.Refusal != nil {
			text.WriteString(refusedPrefix + refusalName(result.Refusal))
		} else {
			text.WriteString(result.ID.String())
		}
	}
	return text.String()
}

// limitPrefix begins the name of a limit's refusal. The limit, what it leaves and when it begins anew follow.
const limitPrefix = "limit_exceeded "

func refusalName(refusal *Refusal) string {
	if e := refusal.Limit; e != nil {
		resets := int64(0)
		if !e.ResetsAt.IsZero() {
			resets = e.ResetsAt.UnixMicro()
		}
		return fmt.Sprintf("%s%s %d %d", limitPrefix, e.Kind, e.Remaining, resets)
	}
	for name, known := range refusalNames {
		if known == refusal {
			return name
		}
	}
	panic("ledger: no transfer of many is refused by " + refusal.Error())
}

// parseLimit returns the refusal of a limit from what follows limitPrefix, or nil.
func parseLimit(text string) *Refusal {
	var e LimitExceeded
	var resets int64
	if n, _ := fmt.Sscanf(text, "%s %d %d", &e.Kind, &e.Remaining, &resets); n != 3 || limitMessages[e.Kind] == "" {
		return nil
	}
	if resets != 0 {
		e.ResetsAt = time.UnixMicro(resets).UTC()
	}
	return e.refusal()
}

// ParseKept reads the text of KeptText.
func ParseKept(text string) ([]Kept, error) {
	lines := strings.Split(text, "\n")
	kept := make([]Kept, len(lines))
	for i, line := range lines {
		from, line, ok := cutSender(line)
		kept[i].From = from
		name, refused := strings.CutPrefix(line, refusedPrefix)
		if limit, exceeded := strings.CutPrefix(name, limitPrefix); refused && exceeded {
			kept[i].Refusal = parseLimit(limit)
		} else if refused {
			kept[i].Refusal = refusalNames[name]
		} else if id, err := uuid.Parse(line); err == nil {
			kept[i].ID = id
		}
		if !ok || kept[i] == (Kept{From: from}) {
			return nil, fmt.Errorf("ledger: line %d of a batch's results is not one", i+1)
		}
	}
	return kept, nil
}

// cutSender returns the sender that a line begins with, 0 for none, and the rest of the line.
func cutSender(line string) (from AccountNumber, rest string, ok bool) {
	line, other := strings.CutPrefix(line, fromPrefix)
	if !other {
		return 0, line, true
	}
	number, rest, _ := strings.Cut(line, " ")
	from, err := ParseAccountNumber(number)
	return from, rest, err == nil
}
