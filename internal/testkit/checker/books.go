package checker

import (
	"maps"

	"github.com/bankingcore/bankcore/internal/ledger"
)

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
	number, err := ledger.ParseAccountNumber(a.Number)
	if err != nil {
		c.violation("account %s: %v", a.Number, err)
		return
	}
	account := ledger.Account{Number: number, Currency: a.Currency}
	for i := range a.Entries {
		if reason := a.Entries[i].Follow(&account); reason != "" {
			c.violation("account %s, entry %d: %s", a.Number, a.Entries[i].Sequence, reason)
		}
	}
	if a.Balance != int64(account.Balance) {
		c.violation("account %s: its balance is %d, and that of its last entry %d", a.Number, a.Balance, account.Balance)
	}
}

// legs checks that a transfer, or its reversal, has two entries that mirror each other.
func (c *check) legs(transfer string, both []*Entry) {
	if len(both) != 2 {
		c.violation("transfer %s has %d legs", transfer, len(both))
		return
	}
	out, in := both[0], both[1]
	if !ledger.EntryType(out.Type).Takes() {
		out, in = in, out
	}
	pair := map[string]string{TransferOut: TransferIn, ReversalOut: ReversalIn}
	mirrored := *in
	mirrored.ID, mirrored.Sequence, mirrored.BalanceAfter, mirrored.Hash = out.ID, out.Sequence, out.BalanceAfter, out.Hash
	mirrored.Type, mirrored.Account, mirrored.Counterparty, mirrored.Reverses = out.Type, in.Counterparty, in.Account, out.Reverses
	if in.Type != pair[out.Type] || mirrored != *out {
		c.violation("transfer %s: its legs do not mirror each other: %+v and %+v", transfer, *out, *in)
	}
}
