package checker

import "maps"

// books checks the ledger against itself.
func (c *check) books() {
	balances, fromOutside := map[string]int64{}, map[string]int64{}
	legs := map[string][]*Entry{}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		c.history(a)
		balances[a.Currency] += a.Balance
		for j := range a.Entries {
			e := &a.Entries[j]
			if e.Transfer != "" {
				legs[e.Transfer] = append(legs[e.Transfer], e)
				continue
			}
			fromOutside[a.Currency] += e.Change()
		}
	}
	for transfer, both := range legs {
		c.legs(transfer, both)
	}
	if !maps.Equal(balances, fromOutside) {
		c.violation("money is not conserved: the balances are %v, and the money that came in and did not leave is %v", balances, fromOutside)
	}
}

// history checks one account entry by entry.
func (c *check) history(a *Account) {
	previous := Entry{Hash: noHash, Currency: a.Currency}
	for i := range a.Entries {
		e := &a.Entries[i]
		for reason, wrong := range map[string]bool{
			"belongs to " + e.Account:                     e.Account != a.Number,
			"its sequence does not follow":                e.Sequence != previous.Sequence+1,
			"its type does not fit its place":             (e.Type == Opened) != (i == 0),
			"its currency is not the account's":           e.Currency != a.Currency,
			"its balance does not follow":                 e.BalanceAfter != previous.BalanceAfter+e.Change(),
			"its balance is negative":                     e.BalanceAfter < 0,
			"its amount is not positive":                  e.Amount < 0 || e.Amount == 0 && e.Type != Opened,
			"its time is before that of the one before":   e.Timestamp < previous.Timestamp,
			"its hash does not fit it and the one before": e.Hash != e.ChainHash(previous.Hash),
		} {
			if wrong {
				c.violation("account %s, entry %d: %s", a.Number, e.Sequence, reason)
			}
		}
		previous = *e
	}
	if a.Balance != previous.BalanceAfter {
		c.violation("account %s: its balance is %d, and that of its last entry %d", a.Number, a.Balance, previous.BalanceAfter)
	}
}

// legs checks that a transfer has two entries that mirror each other.
func (c *check) legs(transfer string, both []*Entry) {
	if len(both) != 2 {
		c.violation("transfer %s has %d legs", transfer, len(both))
		return
	}
	out, in := both[0], both[1]
	if out.Type != TransferOut {
		out, in = in, out
	}
	mirrored := *in
	mirrored.ID, mirrored.Sequence, mirrored.BalanceAfter, mirrored.Hash = out.ID, out.Sequence, out.BalanceAfter, out.Hash
	mirrored.Type, mirrored.Account, mirrored.Counterparty = TransferOut, in.Counterparty, in.Account
	if in.Type != TransferIn || mirrored != *out {
		c.violation("transfer %s: its legs do not mirror each other: %+v and %+v", transfer, *out, *in)
	}
}
