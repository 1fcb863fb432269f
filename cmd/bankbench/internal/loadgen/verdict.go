package loadgen

import (
	"context"
	"fmt"
	"io"
)

// Verdict says whether a ledger holds what a load was told.
type Verdict struct {
	Holds        bool   `json:"holds"`
	Says         string `json:"says"`         // in one sentence
	Acknowledged int64  `json:"acknowledged"` // operations that moved money, according to the server
	Unknown      int64  `json:"unknown"`      // operations that may have: no answer, or a server error
	LookedUp     int64  `json:"looked_up"`    // acknowledged entries that were found in the ledger, one by one
}

// Judge returns a verdict on a load, given what a check of the ledger found.
func Judge(load *Load, lookedUp int64, says string, broken error) Verdict {
	v := Verdict{Holds: broken == nil, Says: says, LookedUp: lookedUp}
	v.Acknowledged, v.Unknown = load.Moves().Total()
	if broken != nil {
		v.Says = broken.Error()
	}
	return v
}

// Growth is how much a ledger has grown during a load.
type Growth struct {
	Entries, Deposited, Withdrawn, Transferred int64
}

// Explain returns an error unless what a load ordered explains the growth: everything acknowledged is in it once, and nothing else
// except orders whose outcome is unknown.
func (m Moves) Explain(g Growth) error {
	within := func(what string, grown, certain, unknown int64) error {
		if grown < certain || grown > certain+unknown {
			return fmt.Errorf("%s: the ledger has %d more, where %d were acknowledged and %d are unknown", what, grown, certain, unknown)
		}
		return nil
	}
	entries := func(count func(Moved) int64) int64 {
		return 2*count(m.Transfers) + count(m.Deposits) + count(m.Withdrawals)
	}
	certain := entries(func(moved Moved) int64 { return moved.Acknowledged.Count })
	unknown := entries(func(moved Moved) int64 { return moved.Unknown.Count })
	if err := within("entries", g.Entries, certain, unknown); err != nil {
		return err
	}
	for _, kind := range []struct {
		what  string
		grown int64
		moved Moved
	}{
		{"money transferred", g.Transferred, m.Transfers},
		{"money deposited", g.Deposited, m.Deposits},
		{"money withdrawn", g.Withdrawn, m.Withdrawals},
	} {
		if err := within(kind.what, kind.grown, kind.moved.Acknowledged.Amount, kind.moved.Unknown.Amount); err != nil {
			return err
		}
	}
	return nil
}

// LookUp reads every receipt's entry and compares its account and amount, atATime at once.
func (l *Load) LookUp(ctx context.Context, progress io.Writer, atATime int,
	read func(ctx context.Context, account Account, id string) (number string, amount int64, err error),
) (found int64, err error) {
	receipts := l.Receipts()
	err = Each(ctx, progress, "acknowledged entries found", len(receipts), atATime, func(ctx context.Context, i int) error {
		receipt := &receipts[i]
		account := l.config.Accounts[receipt.Account]
		number, amount, err := read(ctx, account, receipt.ID())
		if err != nil {
			return fmt.Errorf("the acknowledged entry %s of account %s cannot be read: %w", receipt.ID(), account.Number, err)
		}
		if number != account.Number || amount != receipt.Amount {
			return fmt.Errorf("the acknowledged entry %s of account %s is not what was ordered", receipt.ID(), account.Number)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int64(len(receipts)), nil
}

// Judge reads the balances of accounts that were opened with a deposit each and put under a load, and returns a verdict: each balance must
// match the load, and the acknowledged entries must exist.
func (r *Remote) Judge(ctx context.Context, progress io.Writer, load *Load, deposit int64) Verdict {
	accounts := load.config.Accounts
	err := Each(ctx, progress, "balances read", len(accounts), remoteAtATime, func(ctx context.Context, i int) error {
		balance, err := r.Balance(ctx, accounts[i])
		if err != nil {
			return fmt.Errorf("cannot read the balance of account %s: %w", accounts[i].Number, err)
		}
		if least, greatest := load.Expected(i, deposit); balance < least || balance > greatest {
			return fmt.Errorf("account %s has %d, which should be from %d to %d", accounts[i].Number, balance, least, greatest)
		}
		return nil
	})
	var found int64
	if err == nil {
		found, err = load.LookUp(ctx, progress, remoteAtATime, r.entry)
	}
	return Judge(load, found, fmt.Sprintf("the balances of all %d accounts are what was acknowledged", len(accounts)), err)
}
