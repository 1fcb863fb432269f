package server

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// GetBalances answers GET /accounts/{account_number}/balances.
func (s *Server) GetBalances(ctx context.Context, request api.GetBalancesRequestObject) (api.GetBalancesResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	balances, err := s.bank.GetBalances(ctx, scopeOf(ctx).caller, number, value(request.Params.Days))
	if err != nil {
		return nil, err
	}
	return api.GetBalances200JSONResponse{Body: api.DailyBalances{
		Currency: balances.Currency,
		TimeZone: s.bank.Zone().String(),
		Data: each(balances.Days, func(d bank.DailyBalance) api.DailyBalance {
			return api.DailyBalance{
				Date: d.Date.Format(time.DateOnly), MoneyIn: int64(d.MoneyIn), MoneyOut: int64(d.MoneyOut), Balance: int64(d.Balance),
			}
		}),
	}}, nil
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
					Id: e.ID, EventType: api.EventType(e.Type), ClientAddress: e.Address, Timestamp: ledger.FormatTime(e.Timestamp), Count: e.Count,
					Detail: e.Detail,
				}
			}),
			NextCursor: nilIfZero(page.NextCursor),
		},
		Headers: api.ListAccountEvents200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// AdminActivity answers GET /admin/activity.
func (s *Server) AdminActivity(ctx context.Context, request api.AdminActivityRequestObject) (api.AdminActivityResponseObject, error) {
	days, err := s.bank.AdminActivity(ctx, scopeOf(ctx).caller, value(request.Params.Days))
	if err != nil {
		return nil, err
	}
	return api.AdminActivity200JSONResponse{TimeZone: s.bank.Zone().String(), Data: each(days, func(d bank.DailyActivity) api.DailyActivity {
		return api.DailyActivity{
			Date: d.Date.Format(time.DateOnly), Transactions: d.Transactions, AccountsOpened: d.AccountsOpened, FailedSignIns: d.FailedSignIns,
		}
	})}, nil
}
