package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// OpenAccount answers POST /accounts.
func (s *Server) OpenAccount(ctx context.Context, request api.OpenAccountRequestObject) (api.OpenAccountResponseObject, error) {
	opening, err := s.bank.OpenAccount(ctx, scopeOf(ctx).caller, bank.OpenAccountParams{
		Holder:         request.Body.AccountHolderName,
		Pin:            request.Body.Pin,
		InitialDeposit: ledger.Money(value(request.Body.InitialDeposit)),
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

// ChangePin answers POST /accounts/{account_number}/pin.
func (s *Server) ChangePin(ctx context.Context, request api.ChangePinRequestObject) (api.ChangePinResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	err = s.bank.ChangePin(ctx, scopeOf(ctx).caller, bank.ChangePinParams{
		Account: number, Current: request.Body.CurrentPin, Code: value(request.Body.Code), New: request.Body.NewPin,
	})
	if err != nil {
		return nil, err
	}
	return api.ChangePin204Response{}, nil
}

// UnlockAccount answers POST /accounts/{account_number}/unlock.
func (s *Server) UnlockAccount(ctx context.Context, request api.UnlockAccountRequestObject) (api.UnlockAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	account, err := s.bank.UnlockAccount(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.UnlockAccount200JSONResponse{Body: accountOf(account)}, nil
}
