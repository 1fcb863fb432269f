package server

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/reports"
)

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

// AdminListAccounts answers GET /admin/accounts.
func (s *Server) AdminListAccounts(ctx context.Context, request api.AdminListAccountsRequestObject) (api.AdminListAccountsResponseObject, error) {
	page, err := s.bank.AdminListAccounts(ctx, scopeOf(ctx).caller, bank.ListAccountsParams{
		Locked: request.Params.Locked,
		Staff:  request.Params.Staff,
		Query:  value(request.Params.Q),
		Limit:  value(request.Params.Limit),
		Cursor: value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.AdminListAccounts200JSONResponse{
		Body:    api.AccountPage{Data: each(page.Accounts, accountOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.AdminListAccounts200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// AdminEndSessions answers DELETE /admin/accounts/{account_number}/sessions.
func (s *Server) AdminEndSessions(ctx context.Context, request api.AdminEndSessionsRequestObject) (api.AdminEndSessionsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	live, err := s.auth.AdminEndSessions(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.AdminEndSessions200JSONResponse{Body: api.EndedSessions{Ended: live}}, nil
}

// AdminStats answers GET /admin/stats.
func (s *Server) AdminStats(ctx context.Context, _ api.AdminStatsRequestObject) (api.AdminStatsResponseObject, error) {
	stats, err := s.reports.AdminStats(ctx, scopeOf(ctx).caller)
	if err != nil {
		return nil, err
	}
	return api.AdminStats200JSONResponse{
		Accounts:       stats.Accounts,
		LockedAccounts: stats.LockedAccounts,
		TotalBalances: each(stats.TotalBalances, func(total reports.CurrencyTotal) api.CurrencyTotal {
			return api.CurrencyTotal{Currency: total.Currency, Balance: total.Balance}
		}),
		Transactions24h: stats.TransactionsLast24,
	}, nil
}

// AdminActivity answers GET /admin/activity.
func (s *Server) AdminActivity(ctx context.Context, request api.AdminActivityRequestObject) (api.AdminActivityResponseObject, error) {
	days, err := s.reports.AdminActivity(ctx, scopeOf(ctx).caller, value(request.Params.Days))
	if err != nil {
		return nil, err
	}
	return api.AdminActivity200JSONResponse{TimeZone: s.bank.Zone().String(), Data: each(days, func(d reports.DailyActivity) api.DailyActivity {
		return api.DailyActivity{
			Date: d.Date.Format(time.DateOnly), Transactions: d.Transactions, AccountsOpened: d.AccountsOpened, FailedSignIns: d.FailedSignIns,
		}
	})}, nil
}

// AdminTrialBalance answers GET /admin/trial-balance.
func (s *Server) AdminTrialBalance(ctx context.Context, request api.AdminTrialBalanceRequestObject) (api.AdminTrialBalanceResponseObject, error) {
	at, err := timeOf("query/at", request.Params.At)
	if err != nil {
		return nil, err
	}
	media := preferred(scopeOf(ctx).request.Header.Values("Accept"), mediaJSON, mediaCSV)
	if media == "" {
		return nil, &problem{code: "not_acceptable", detail: "A trial balance comes as application/json or text/csv."}
	}
	balance, err := s.reports.AdminTrialBalance(ctx, scopeOf(ctx).caller, at)
	if err != nil {
		return nil, err
	}
	if media == mediaCSV {
		return csvTrialBalance(balance.Rows)
	}
	return api.AdminTrialBalance200JSONResponse{Body: api.TrialBalance{
		At: ledger.FormatTime(balance.At),
		Data: each(balance.Rows, func(r reports.TrialBalanceRow) api.TrialBalanceRow {
			return api.TrialBalanceRow{
				Currency: r.Currency, Ledger: api.TrialBalanceRowLedger(ledgerOf(r)), Via: nilIfZero(r.Via),
				Debits: r.Debits, Credits: r.Credits, Balance: r.Debits - r.Credits,
			}
		}),
	}}, nil
}

// AdminListEvents answers GET /admin/events.
func (s *Server) AdminListEvents(ctx context.Context, request api.AdminListEventsRequestObject) (api.AdminListEventsResponseObject, error) {
	from, err := timeOf("query/from", request.Params.From)
	if err != nil {
		return nil, err
	}
	to, err := timeOf("query/to", request.Params.To)
	if err != nil {
		return nil, err
	}
	params := bank.ListEventsParams{
		Type:   audit.EventType(value(request.Params.EventType)),
		Actor:  value(request.Params.Actor),
		From:   from,
		To:     to,
		Limit:  value(request.Params.Limit),
		Cursor: value(request.Params.Cursor),
	}
	if request.Params.AccountNumber != nil {
		number, err := ledger.ParseAccountNumber(*request.Params.AccountNumber)
		if err != nil {
			return nil, err
		}
		params.Account = &number
	}
	page, err := s.bank.AdminListEvents(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.AdminListEvents200JSONResponse{
		Body:    api.EventPage{Data: each(page.Events, eventOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.AdminListEvents200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// AdminGetPolicies answers GET /admin/policies.
func (s *Server) AdminGetPolicies(ctx context.Context, _ api.AdminGetPoliciesRequestObject) (api.AdminGetPoliciesResponseObject, error) {
	policies, err := s.reports.AdminGetPolicies(ctx, scopeOf(ctx).caller)
	if err != nil {
		return nil, err
	}
	answer := api.Policies{
		Openings: api.PoliciesOpenings(policies.Openings), Cash: api.PoliciesCash(policies.Cash), Settlements: policies.Settlements,
		ApprovalAbove: int64(policies.ApprovalAbove), StaffSecondFactor: policies.StaffSecondFactor,
		Currency: s.bank.DefaultCurrency(), OwnCurrencies: each(policies.OwnCurrencies, currencyOf), TimeZone: s.bank.Zone().String(),
		RateLimits: each(ratelimit.Definitions(), s.policyLimitOf),
	}
	answer.SessionIdle.Customers = int64(policies.Idle.Customers.Seconds())
	answer.SessionIdle.Staff = int64(policies.Idle.Staff.Seconds())
	return api.AdminGetPolicies200JSONResponse(answer), nil
}

func (s *Server) policyLimitOf(d ratelimit.Definition) api.PolicyLimit {
	limit, by := s.limits[d.Name], api.CountedByAddress
	if d.ByAccount {
		by = api.CountedByAccount
	}
	return api.PolicyLimit{Name: d.Name, Requests: limit.Requests, Seconds: int64(limit.Window.Seconds()), CountedBy: by}
}

const mediaJSON = "application/json"

func ledgerOf(r reports.TrialBalanceRow) string {
	if r.Via == "" {
		return "customers"
	}
	return "settlement"
}

func csvTrialBalance(rows []reports.TrialBalanceRow) (api.AdminTrialBalanceResponseObject, error) {
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	out.UseCRLF = true
	lines := [][]string{{"currency", "ledger", "via", "debits", "credits", "balance"}}
	for _, r := range rows {
		decimal := func(sum int64) string {
			if sum < 0 {
				return "-" + ledger.Money(-sum).Decimal(r.Decimals)
			}
			return ledger.Money(sum).Decimal(r.Decimals)
		}
		lines = append(lines, []string{
			r.Currency, ledgerOf(r), r.Via, decimal(r.Debits), decimal(r.Credits), decimal(r.Debits - r.Credits),
		})
	}
	if err := out.WriteAll(lines); err != nil {
		return nil, fmt.Errorf("write a trial balance as CSV: %w", err)
	}
	return api.AdminTrialBalance200TextcsvCharsetUtf8Response{Body: &text, ContentLength: int64(text.Len())}, nil
}
