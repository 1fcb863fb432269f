package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// FreezeAccount answers POST /accounts/{account_number}/freeze.
func (s *Server) FreezeAccount(ctx context.Context, request api.FreezeAccountRequestObject) (api.FreezeAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	until, err := timeOf("/until", request.Body.Until)
	if err != nil {
		return nil, err
	}
	account, err := s.bank.FreezeAccount(ctx, scopeOf(ctx).caller, bank.FreezeParams{
		Account: number,
		Debits:  request.Body.Debits,
		Credits: request.Body.Credits,
		Reason:  bank.StatusReason(request.Body.Reason),
		Note:    value(request.Body.Note),
		Until:   until,
	})
	if err != nil {
		return nil, err
	}
	return api.FreezeAccount200JSONResponse{Body: accountOf(account)}, nil
}

// UnfreezeAccount answers POST /accounts/{account_number}/unfreeze.
func (s *Server) UnfreezeAccount(ctx context.Context, request api.UnfreezeAccountRequestObject) (api.UnfreezeAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	account, err := s.bank.UnfreezeAccount(ctx, scopeOf(ctx).caller, bank.UnfreezeParams{Account: number, Note: value(request.Body.Note)})
	if err != nil {
		return nil, err
	}
	return api.UnfreezeAccount200JSONResponse(accountOf(account)), nil
}

// CloseAccount answers POST /accounts/{account_number}/close.
func (s *Server) CloseAccount(ctx context.Context, request api.CloseAccountRequestObject) (api.CloseAccountResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	params := bank.CloseParams{Account: number, Reason: bank.StatusReason(request.Body.Reason), Note: value(request.Body.Note)}
	if request.Body.SweepTo != nil {
		if params.SweepTo, err = ledger.ParseAccountNumber(*request.Body.SweepTo); err != nil {
			return nil, err
		}
	}
	account, err := s.bank.CloseAccount(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.CloseAccount200JSONResponse(accountOf(account)), nil
}

// GetLimits answers GET /accounts/{account_number}/limits.
func (s *Server) GetLimits(ctx context.Context, request api.GetLimitsRequestObject) (api.GetLimitsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	limits, err := s.bank.GetLimits(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.GetLimits200JSONResponse(limitsOf(limits)), nil
}

// SetLimits answers PUT /accounts/{account_number}/limits.
func (s *Server) SetLimits(ctx context.Context, request api.SetLimitsRequestObject) (api.SetLimitsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	limits, err := s.bank.SetLimits(ctx, scopeOf(ctx).caller, number, ledger.Limits{
		PerTransfer: (*ledger.Money)(request.Body.PerTransfer),
		Daily:       (*ledger.Money)(request.Body.Daily),
		Monthly:     (*ledger.Money)(request.Body.Monthly),
	})
	if err != nil {
		return nil, err
	}
	return api.SetLimits200JSONResponse{Body: limitsOf(limits)}, nil
}

func limitsOf(limits bank.AccountLimits) api.AccountLimits {
	answer := api.AccountLimits{Currency: limits.Currency}
	for _, used := range limits.Used {
		each := &api.UsedLimit{
			Limit: int64(used.Limit), Spent: int64(used.Spent), Remaining: int64(used.Remaining), ResetsAt: ledger.FormatTime(used.ResetsAt),
		}
		switch used.Kind {
		case ledger.PerTransfer:
			answer.PerTransfer = &each.Limit
		case ledger.Daily:
			answer.Daily = each
		case ledger.Monthly:
			answer.Monthly = each
		}
	}
	return answer
}

// freezeOf returns what is frozen of an account, or nil.
func freezeOf(a *bank.Account) *api.Freeze {
	if a.Status != bank.StatusFrozen {
		return nil
	}
	freeze := &api.Freeze{Debits: a.Freeze.Debits, Credits: a.Freeze.Credits}
	if a.Reason != "" {
		freeze.Reason = pointer(api.StatusReason(a.Reason))
	}
	if !a.Freeze.Until.IsZero() {
		freeze.Until = pointer(ledger.FormatTime(a.Freeze.Until))
	}
	return freeze
}

// exceeded returns the further members of a problem about a limit, or about a reversal of more than is left.
func exceeded(e *ledger.LimitExceeded) (kind *api.LimitKind, remaining *int64, resetsAt *string) {
	if e == nil {
		return nil, nil, nil
	}
	if !e.ResetsAt.IsZero() {
		resetsAt = pointer(ledger.FormatTime(e.ResetsAt))
	}
	return nilIfZero(api.LimitKind(e.Kind)), pointer(int64(e.Remaining)), resetsAt
}
