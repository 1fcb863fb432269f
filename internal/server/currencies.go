package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// ListCurrencies answers GET /currencies. Clients may cache this answer, unlike others: it changes only with the program's version.
func (s *Server) ListCurrencies(context.Context, api.ListCurrenciesRequestObject) (api.ListCurrenciesResponseObject, error) {
	return api.ListCurrencies200JSONResponse{
		Body: api.CurrencyList{
			DefaultCurrency: s.bank.DefaultCurrency(),
			Data: each(ledger.Currencies(), func(c ledger.Currency) api.CurrencyDetails {
				return api.CurrencyDetails{Code: c.Code, Name: c.Name, Decimals: c.Decimals, Withdrawn: c.Withdrawn != ""}
			}),
		},
		Headers: api.ListCurrencies200ResponseHeaders{CacheControl: "public, max-age=3600"},
	}, nil
}
