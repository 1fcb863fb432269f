package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
)

// CreateStandingOrder answers POST /accounts/{account_number}/standing-orders.
func (s *Server) CreateStandingOrder(ctx context.Context, request api.CreateStandingOrderRequestObject) (api.CreateStandingOrderResponseObject, error) {
	params, err := standingOrderParams(request.AccountNumber, request.Body)
	if err != nil {
		return nil, err
	}
	params.IdempotencyKey = value(request.Params.IdempotencyKey)
	made, err := s.bank.CreateStandingOrder(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.CreateStandingOrder201JSONResponse{
		Body: s.standingOrderOf(made.Order),
		Headers: api.CreateStandingOrder201ResponseHeaders{
			Location: s.standingOrderLink(params.Account, made.Order.ID), IdempotentReplayed: nilIfZero(made.Replayed),
		},
	}, nil
}

// PreviewStandingOrder answers POST /accounts/{account_number}/standing-order-preview.
func (s *Server) PreviewStandingOrder(ctx context.Context, request api.PreviewStandingOrderRequestObject) (api.PreviewStandingOrderResponseObject, error) {
	params, err := standingOrderParams(request.AccountNumber, request.Body)
	if err != nil {
		return nil, err
	}
	dates, err := s.bank.PreviewStandingOrder(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.PreviewStandingOrder200JSONResponse{
		Body: api.StandingOrderPreview{Dates: each(dates, dateOf), TimeZone: s.bank.Zone().String()},
	}, nil
}

func standingOrderParams(account string, body *api.StandingOrderRequest) (bank.StandingOrderParams, error) {
	var p bank.StandingOrderParams
	number, err := ledger.ParseAccountNumber(account)
	if err != nil {
		return p, err
	}
	to, err := ledger.ParseAccountNumber(body.ToAccount)
	if err != nil {
		return p, err
	}
	first, err := dateIn("/first_on", body.FirstOn)
	if err != nil {
		return p, err
	}
	until := time.Time{}
	if body.Until != nil {
		if until, err = dateIn("/until", *body.Until); err != nil {
			return p, err
		}
	}
	return bank.StandingOrderParams{
		Account: number, To: to, Amount: ledger.Money(body.Amount), Description: value(body.Description), IfShort: bank.IfShort(body.IfShort),
		Schedule: schedule.Schedule{
			Frequency: schedule.Frequency(body.Frequency), Every: value(body.Every), First: first, Day: value(body.Day), Until: until,
			Times: value(body.Times),
		},
	}, nil
}

func dateIn(pointer, text string) (time.Time, error) {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil || date.Year() < 1970 { // the zero time means that there is no date
		return date, invalidRequest(fieldError(pointer, "is not a date from 1970 on"))
	}
	return date, nil
}

func dateOf(date time.Time) string { return date.Format(time.DateOnly) }

// ListStandingOrders answers GET /accounts/{account_number}/standing-orders.
func (s *Server) ListStandingOrders(ctx context.Context, request api.ListStandingOrdersRequestObject) (api.ListStandingOrdersResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListStandingOrders(ctx, scopeOf(ctx).caller, bank.ListStandingOrdersParams{
		Account: number, Limit: value(request.Params.Limit), Cursor: value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListStandingOrders200JSONResponse{
		Body:    api.StandingOrderPage{Data: each(page.Orders, s.standingOrderOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.ListStandingOrders200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// GetStandingOrder answers GET /accounts/{account_number}/standing-orders/{id}.
func (s *Server) GetStandingOrder(ctx context.Context, request api.GetStandingOrderRequestObject) (api.GetStandingOrderResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	order, err := s.bank.GetStandingOrder(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.GetStandingOrder200JSONResponse(s.standingOrderOf(order)), nil
}

// ListStandingOrderRuns answers GET /accounts/{account_number}/standing-orders/{id}/runs.
func (s *Server) ListStandingOrderRuns(ctx context.Context, request api.ListStandingOrderRunsRequestObject) (api.ListStandingOrderRunsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListStandingOrderRuns(ctx, scopeOf(ctx).caller, bank.ListRunsParams{
		Account: number, Order: request.Id, Limit: value(request.Params.Limit), Cursor: value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListStandingOrderRuns200JSONResponse{
		Body:    api.StandingOrderRunPage{Data: each(page.Runs, runOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.ListStandingOrderRuns200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// PauseStandingOrder answers POST /accounts/{account_number}/standing-orders/{id}/pause.
func (s *Server) PauseStandingOrder(ctx context.Context, request api.PauseStandingOrderRequestObject) (api.PauseStandingOrderResponseObject, error) {
	order, err := s.changeStandingOrder(ctx, request.AccountNumber, request.Id, s.bank.PauseStandingOrder)
	if err != nil {
		return nil, err
	}
	return api.PauseStandingOrder200JSONResponse{Body: order}, nil
}

// ResumeStandingOrder answers POST /accounts/{account_number}/standing-orders/{id}/resume.
func (s *Server) ResumeStandingOrder(ctx context.Context, request api.ResumeStandingOrderRequestObject) (api.ResumeStandingOrderResponseObject, error) {
	order, err := s.changeStandingOrder(ctx, request.AccountNumber, request.Id, s.bank.ResumeStandingOrder)
	if err != nil {
		return nil, err
	}
	return api.ResumeStandingOrder200JSONResponse{Body: order}, nil
}

// EndStandingOrder answers POST /accounts/{account_number}/standing-orders/{id}/end.
func (s *Server) EndStandingOrder(ctx context.Context, request api.EndStandingOrderRequestObject) (api.EndStandingOrderResponseObject, error) {
	order, err := s.changeStandingOrder(ctx, request.AccountNumber, request.Id, s.bank.EndStandingOrder)
	if err != nil {
		return nil, err
	}
	return api.EndStandingOrder200JSONResponse{Body: order}, nil
}

func (s *Server) changeStandingOrder(ctx context.Context, account string, id uuid.UUID,
	change func(context.Context, auth.Caller, ledger.AccountNumber, uuid.UUID) (bank.StandingOrder, error),
) (api.StandingOrder, error) {
	number, err := ledger.ParseAccountNumber(account)
	if err != nil {
		return api.StandingOrder{}, err
	}
	order, err := change(ctx, scopeOf(ctx).caller, number, id)
	return s.standingOrderOf(order), err
}

func (s *Server) standingOrderLink(account ledger.AccountNumber, id uuid.UUID) string {
	return s.link("/accounts/" + account.String() + "/standing-orders/" + id.String())
}

func (s *Server) standingOrderOf(o bank.StandingOrder) api.StandingOrder {
	return api.StandingOrder{
		Id:            o.ID,
		AccountNumber: o.Account.String(),
		ToAccount:     o.To.String(),
		Amount:        int64(o.Amount),
		Description:   o.Description,
		Frequency:     api.StandingOrderFrequency(o.Schedule.Frequency),
		Every:         o.Schedule.Every,
		FirstOn:       dateOf(o.Schedule.First),
		Day:           nilIfZero(o.Schedule.Day),
		Until:         optionalDate(o.Schedule.Until),
		Times:         nilIfZero(o.Schedule.Times),
		IfShort:       api.StandingOrderIfShort(o.IfShort),
		Status:        api.StandingOrderStatus(o.Status),
		EndReason:     nilIfZero(api.StandingOrderEndReason(o.EndReason)),
		NextOn:        optionalDate(o.NextOn),
		RetryOn:       optionalDate(o.RetryOn),
		TimeZone:      s.bank.Zone().String(),
		CreatedAt:     ledger.FormatTime(o.CreatedAt),
	}
}

func optionalDate(date time.Time) *string {
	if date.IsZero() {
		return nil
	}
	return pointer(dateOf(date))
}

func runOf(r bank.StandingOrderRun) api.StandingOrderRun {
	return api.StandingOrderRun{
		DueOn: dateOf(r.DueOn), Status: api.StandingOrderRunStatus(r.Status), Code: nilIfZero(api.ProblemCode(r.Code)),
		TransactionId: nilIfZero(r.Transaction), RanAt: ledger.FormatTime(r.RanAt),
	}
}
