package checker

import "net/http"

// The refusals that this package knows.
const (
	insufficientFunds = "insufficient_funds"
	keyReused         = "idempotency_key_reused"
	// Unreachable is the Code of a call that found no server, and Cut of one that was not sent completely.
	Unreachable = "unreachable"
	Cut         = "cut"
)

// passing lists the refusals that say nothing about the request itself.
var passing = map[string]bool{
	"unavailable": true, "rate_limited": true, "invalid_token": true, "token_revoked": true, Unreachable: true, Cut: true,
}

// ofContent lists the refusals that a request may get because of its content, or because of the state of the bank.
var ofContent = map[string]bool{
	insufficientFunds: true, keyReused: true, accountFrozen: true, accountClosed: true, limitExceeded: true, // see unjustified
	notReversible: true, reversalExceeded: true, // see reversals
}

// effects checks each request's answers against its entries.
func (c *check) effects() {
	underKey := map[[2]string][]*effort{}
	for _, e := range c.efforts {
		c.count(e)
		c.answers(e)
		if len(e.entries) == 1 {
			c.fits(e, e.entries[0])
		}
		if e.Key != "" {
			key := [2]string{e.Account, e.Key}
			underKey[key] = append(underKey[key], e)
		}
	}
	for key, efforts := range underKey {
		c.onKey(key[1], efforts)
	}
}

// count compares the answers to a request with the number of its entries.
func (c *check) count(e *effort) {
	told := map[Outcome]bool{}
	for _, call := range e.calls {
		told[call.Outcome] = true
	}
	times := len(e.entries)
	v := &c.verdict
	v.Operations++
	switch {
	case told[Acknowledged]:
		v.Acknowledged++
		if times == 0 {
			v.Lost++
			c.violation("%s was acknowledged and is lost", e.Description)
		}
	case told[Unknown]:
		v.Unknown++
		v.Effective += min(times, 1)
	default:
		v.Refused++
		if times > 0 {
			c.violation("%s was refused and took effect", e.Description)
		}
	}
	if times > 1 {
		v.Doubled++
		c.violation("%s took effect %d times", e.Description, times)
	}
}

// answers compares a request's answers with each other and with its entry.
func (c *check) answers(e *effort) {
	first, fresh := never, 0
	for _, call := range e.calls {
		if call.Outcome != Acknowledged {
			continue
		}
		first = min(first, call.Answered)
		if !call.Replayed {
			fresh++
		}
		if len(e.entries) == 1 && call.Entry != *e.entries[0] {
			c.violation("%s was answered %+v and is %+v", e.Description, call.Entry, *e.entries[0])
		}
	}
	if fresh > 1 {
		c.violation("%s was carried out %d times, by its answers", e.Description, fresh)
	}
	for _, call := range e.calls {
		if call.Called > first && call.Outcome == Acknowledged && !call.Replayed {
			c.violation("%s was carried out again after its acknowledgement", e.Description)
		}
		if call.Called > first && call.Outcome == Refused && !passing[call.Code] {
			c.violation("%s was acknowledged, and refused later: %s", e.Description, call.Code)
		}
		if call.Status == http.StatusInternalServerError {
			c.violation("%s was answered with an internal error", e.Description)
		}
		if call.Outcome == Refused && !passing[call.Code] && !ofContent[call.Code] {
			c.violation("%s was refused for no reason: %s", e.Description, call.Code)
		}
	}
}

// fits checks that an entry is what the request asked for.
func (c *check) fits(e *effort, entry *Entry) {
	if entry.Type != e.Type || entry.Account != e.Account || entry.Amount != e.Amount || entry.Counterparty != e.To ||
		entry.Reverses != e.Reverses {
		c.violation("%s asked for %+v and got %+v", e.Description, e.Request, *entry)
	}
}

// onKey checks the requests under one key: at most one takes effect, and the others are refused only after that.
func (c *check) onKey(key string, efforts []*effort) {
	var owner *effort
	for _, e := range efforts {
		if len(e.entries) == 0 {
			continue
		}
		if owner != nil {
			c.verdict.Doubled++
			c.violation("the key %s was used for both %s and %s", key, owner.Description, e.Description)
		}
		owner = e
	}
	for _, e := range efforts {
		for _, call := range e.calls {
			if call.Code == keyReused && (owner == nil || owner == e || owner.called > call.Answered) {
				c.violation("%s was told that its key is used, and it is not", e.Description)
			}
		}
	}
}
