package config

import (
	"errors"
	"strconv"
	"strings"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// OwnCurrencies are the bank's own currencies, beside those of ISO 4217.
type OwnCurrencies []ledger.Currency

// parseCurrencies reads codes with their decimals, such as "GEM:0,MEAL:2". A code is also the currency's name.
func parseCurrencies(text string) (any, error) {
	var all OwnCurrencies
	for item := range strings.SplitSeq(text, ",") {
		code, digits, _ := strings.Cut(strings.TrimSpace(item), ":")
		decimals, err := strconv.ParseUint(digits, 10, 8)
		if err != nil {
			return nil, errors.New("expected codes with their decimals, separated by commas, such as GEM:0,MEAL:2")
		}
		all = append(all, ledger.Currency{Code: code, Name: code, Decimals: int(decimals)})
	}
	if _, err := ledger.ISO4217().With(all...); err != nil {
		return nil, errors.New("expected codes of 3 to 8 capital letters that ISO 4217 does not have, each once, with 0 to 6 decimals")
	}
	return all, nil
}

// take reports whether accounts can be opened in a currency.
func (own OwnCurrencies) take(code string) bool {
	table, err := ledger.ISO4217().With(own...)
	return err == nil && table.Check(code) == nil
}
