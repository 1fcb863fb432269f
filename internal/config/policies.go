package config

import (
	"errors"
	"strings"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Settlements are settlement codes.
type Settlements []string

func parseSettlements(text string) (any, error) {
	var all Settlements
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if ledger.CheckSettlement(item) != nil {
			return nil, errors.New("expected codes separated by commas, each of 1 to 16 of the letters a to z, such as wire,atm")
		}
		all = append(all, item)
	}
	return all, nil
}

// Trusting reports whether the bank believes everybody whom another machine lets in: anyone opens accounts, and their owners deposit what
// they like.
func (c *Config) Trusting() bool {
	return !isLoopback(c.Addr) && auth.Openings(c.Openings) == auth.OpeningsAnyone && auth.Cash(c.Cash) == auth.CashOwner
}
