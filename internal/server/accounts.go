package server

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
)

// OpenAccount answers POST /accounts.
func (s *Server) OpenAccount(ctx context.Context, request api.OpenAccountRequestObject) (api.OpenAccountResponseObject, error) {
	at := scopeOf(ctx)
	if at.anonymous() {
		if err := checkNewCustomer(request.Body); err != nil {
			return nil, err
		}
	}
	of, err := optionalNumber(request.Body.CustomerOf)
	if err != nil {
		return nil, err
	}
	opening, err := s.bank.OpenAccount(ctx, at.caller, bank.OpenAccountParams{
		Holder:         value(request.Body.AccountHolderName),
		Pin:            value(request.Body.Pin),
		CustomerOf:     of,
		Nickname:       value(request.Body.Nickname),
		InitialDeposit: ledger.Money(value(request.Body.InitialDeposit)),
		Via:            value(request.Body.Via),
		Currency:       value(request.Body.Currency),
		InvitationCode: value(request.Body.InvitationCode),
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return api.OpenAccount201JSONResponse{
		Body: accountOf(opening.Account),
		Headers: api.OpenAccount201ResponseHeaders{
			Location:           s.link("/accounts/" + opening.Account.Number.String()),
			IdempotentReplayed: nilIfZero(opening.Replayed),
		},
	}, nil
}

// checkNewCustomer refuses a new customer without a name or a PIN, as the contract's schema would if it could tell them from others.
func checkNewCustomer(body *api.OpenAccountRequest) error {
	var missing []api.FieldError
	if body.AccountHolderName == nil {
		missing = append(missing, fieldError("/account_holder_name", `property "account_holder_name" is missing`))
	}
	if body.Pin == nil {
		missing = append(missing, fieldError("/pin", `property "pin" is missing`))
	}
	if len(missing) > 0 {
		return invalidRequest(missing...)
	}
	return nil
}

// optionalNumber returns 0 for nil.
func optionalNumber(text *string) (ledger.AccountNumber, error) {
	if text == nil {
		return 0, nil
	}
	return ledger.ParseAccountNumber(*text)
}

// ListAccounts answers GET /accounts.
func (s *Server) ListAccounts(ctx context.Context, _ api.ListAccountsRequestObject) (api.ListAccountsResponseObject, error) {
	accounts, err := s.bank.ListAccounts(ctx, scopeOf(ctx).caller)
	if err != nil {
		return nil, err
	}
	return api.ListAccounts200JSONResponse{Body: api.AccountList{Data: each(accounts, accountOf)}}, nil
}

// ListCurrencies answers GET /currencies. Clients may cache this answer, unlike others: it changes only with the program's version and its
// configuration.
func (s *Server) ListCurrencies(context.Context, api.ListCurrenciesRequestObject) (api.ListCurrenciesResponseObject, error) {
	return api.ListCurrencies200JSONResponse{
		Body: api.CurrencyList{
			DefaultCurrency: s.bank.DefaultCurrency(),
			Data:            each(s.bank.Currencies().All(), currencyOf),
		},
		Headers: api.ListCurrencies200ResponseHeaders{CacheControl: "public, max-age=3600"},
	}, nil
}

func currencyOf(c ledger.Currency) api.CurrencyDetails {
	return api.CurrencyDetails{Code: c.Code, Name: c.Name, Decimals: c.Decimals, Withdrawn: c.Withdrawn != ""}
}

// GetAccount answers GET /accounts/{account_number}.
func (s *Server) GetAccount(ctx context.Context, request api.GetAccountRequestObject) (api.GetAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	account, err := s.bank.GetAccount(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.GetAccount200JSONResponse(accountOf(account)), nil
}

// ChangeAccount answers PATCH /accounts/{account_number}.
func (s *Server) ChangeAccount(ctx context.Context, request api.ChangeAccountRequestObject) (api.ChangeAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	account, err := s.bank.ChangeAccount(ctx, scopeOf(ctx).caller, number, request.Body.Nickname)
	if err != nil {
		return nil, err
	}
	return api.ChangeAccount200JSONResponse{Body: accountOf(account)}, nil
}

// Deposit answers POST /accounts/{account_number}/deposit.
func (s *Server) Deposit(ctx context.Context, request api.DepositRequestObject) (api.DepositResponseObject, error) {
	params, err := cashParams(request.AccountNumber, request.Body, request.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	receipt, err := s.bank.Deposit(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	if receipt.Request != nil {
		return s.movementAsked(receipt), nil
	}
	return s.receipt(receipt), nil
}

// Withdraw answers POST /accounts/{account_number}/withdraw.
func (s *Server) Withdraw(ctx context.Context, request api.WithdrawRequestObject) (api.WithdrawResponseObject, error) {
	params, err := cashParams(request.AccountNumber, request.Body, request.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	receipt, err := s.bank.Withdraw(ctx, scopeOf(ctx).caller, bank.WithdrawParams(params))
	if err != nil {
		return nil, err
	}
	if receipt.Request != nil {
		return s.movementAsked(receipt), nil
	}
	return s.receipt(receipt), nil
}

func cashParams(account string, body *api.AmountRequest, key *string) (bank.DepositParams, error) {
	number, err := ledger.ParseAccountNumber(account)
	return bank.DepositParams{
		Account:        number,
		Amount:         ledger.Money(body.Amount),
		Description:    value(body.Description),
		Via:            value(body.Via),
		IdempotencyKey: value(key),
	}, err
}

// Transfer answers POST /accounts/{account_number}/transfer.
func (s *Server) Transfer(ctx context.Context, request api.TransferRequestObject) (api.TransferResponseObject, error) {
	from, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	to, err := ledger.ParseAccountNumber(request.Body.ToAccount)
	if err != nil {
		return nil, err
	}
	receipt, err := s.bank.Transfer(ctx, scopeOf(ctx).caller, bank.TransferParams{
		Account:        from,
		To:             to,
		Amount:         ledger.Money(request.Body.Amount),
		Description:    value(request.Body.Description),
		Reference:      value(request.Body.Reference),
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return s.receipt(receipt), nil
}

// GetBalance answers GET /accounts/{account_number}/balance.
func (s *Server) GetBalance(ctx context.Context, request api.GetBalanceRequestObject) (api.GetBalanceResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	moment, err := timeOf("query/at", request.Params.At)
	if err != nil {
		return nil, err
	}
	balance, err := s.reports.GetBalance(ctx, scopeOf(ctx).caller, number, moment)
	if err != nil {
		return nil, err
	}
	answer := api.BalanceAt{
		AccountNumber: number.String(),
		At:            ledger.FormatTime(balance.At),
		Balance:       int64(balance.Balance),
		Currency:      balance.Currency,
		Sequence:      balance.Sequence,
		Hash:          hex.EncodeToString(balance.Hash[:]),
	}
	if balance.Held != nil {
		answer.HeldBalance, answer.AvailableBalance = (*int64)(balance.Held), pointer(int64(balance.Balance-*balance.Held))
	}
	return api.GetBalance200JSONResponse{Body: answer}, nil
}

// GetBalances answers GET /accounts/{account_number}/balances.
func (s *Server) GetBalances(ctx context.Context, request api.GetBalancesRequestObject) (api.GetBalancesResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	balances, err := s.reports.GetBalances(ctx, scopeOf(ctx).caller, number, value(request.Params.Days))
	if err != nil {
		return nil, err
	}
	return api.GetBalances200JSONResponse{Body: api.DailyBalances{
		Currency: balances.Currency,
		TimeZone: s.bank.Zone().String(),
		Data: each(balances.Days, func(d reports.DailyBalance) api.DailyBalance {
			return api.DailyBalance{
				Date: d.Date.Format(time.DateOnly), MoneyIn: int64(d.MoneyIn), MoneyOut: int64(d.MoneyOut), Balance: int64(d.Balance),
			}
		}),
	}}, nil
}

// ListAccountEvents answers GET /accounts/{account_number}/events.
func (s *Server) ListAccountEvents(ctx context.Context, request api.ListAccountEventsRequestObject) (api.ListAccountEventsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListAccountEvents(ctx, scopeOf(ctx).caller, bank.ListAccountEventsParams{
		Account: number,
		Type:    audit.EventType(value(request.Params.EventType)),
		Limit:   value(request.Params.Limit),
		Cursor:  value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListAccountEvents200JSONResponse{
		Body: api.AccountEventPage{
			Data: each(page.Events, func(e audit.Event) api.AccountEvent {
				return api.AccountEvent{
					Id: e.ID, EventType: api.EventType(e.Type), AccountNumber: e.Account.String(), ClientAddress: e.Address, Timestamp: ledger.FormatTime(e.Timestamp), Count: e.Count,
					Detail: e.Detail,
				}
			}),
			NextCursor: nilIfZero(page.NextCursor),
		},
		Headers: api.ListAccountEvents200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// ChangePin answers POST /accounts/{account_number}/pin.
func (s *Server) ChangePin(ctx context.Context, request api.ChangePinRequestObject) (api.ChangePinResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	err = s.auth.ChangePin(ctx, scopeOf(ctx).caller, auth.ChangePinParams{
		Account: number, Current: request.Body.CurrentPin, Code: value(request.Body.Code), New: request.Body.NewPin,
	})
	if err != nil {
		return nil, err
	}
	return api.ChangePin204Response{}, nil
}

// GetPayee answers GET /payees/{account_number}.
func (s *Server) GetPayee(ctx context.Context, request api.GetPayeeRequestObject) (api.GetPayeeResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	payee, err := s.bank.GetPayee(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.GetPayee200JSONResponse{
		Body: api.Payee{AccountNumber: payee.Account.String(), MaskedName: payee.MaskedName, Currency: payee.Currency},
	}, nil
}
