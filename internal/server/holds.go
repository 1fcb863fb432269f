package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// PlaceHold answers POST /accounts/{account_number}/holds.
func (s *Server) PlaceHold(ctx context.Context, request api.PlaceHoldRequestObject) (api.PlaceHoldResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	to, err := optionalNumber(request.Body.ToAccount)
	if err != nil {
		return nil, err
	}
	placed, err := s.bank.PlaceHold(ctx, scopeOf(ctx).caller, bank.PlaceHoldParams{
		Account:        number,
		To:             to,
		Amount:         ledger.Money(request.Body.Amount),
		Description:    value(request.Body.Description),
		Reference:      value(request.Body.Reference),
		Lasts:          time.Duration(value(request.Body.ExpiresIn)) * time.Second,
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return api.PlaceHold201JSONResponse{
		Body: holdOf(placed.Hold),
		Headers: api.PlaceHold201ResponseHeaders{
			Location: s.holdLink(number, placed.Hold.ID), IdempotentReplayed: nilIfZero(placed.Replayed),
		},
	}, nil
}

// ListHolds answers GET /accounts/{account_number}/holds.
func (s *Server) ListHolds(ctx context.Context, request api.ListHoldsRequestObject) (api.ListHoldsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListHolds(ctx, scopeOf(ctx).caller, bank.ListHoldsParams{
		Account: number,
		Status:  ledger.HoldStatus(value(request.Params.Status)),
		Limit:   value(request.Params.Limit),
		Cursor:  value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListHolds200JSONResponse{
		Body:    api.HoldPage{Data: each(page.Holds, holdOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.ListHolds200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// GetHold answers GET /accounts/{account_number}/holds/{id}.
func (s *Server) GetHold(ctx context.Context, request api.GetHoldRequestObject) (api.GetHoldResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	hold, err := s.bank.GetHold(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.GetHold200JSONResponse(holdOf(hold)), nil
}

// CaptureHold answers POST /accounts/{account_number}/holds/{id}/capture.
func (s *Server) CaptureHold(ctx context.Context, request api.CaptureHoldRequestObject) (api.CaptureHoldResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	receipt, err := s.bank.CaptureHold(ctx, scopeOf(ctx).caller, bank.CaptureHoldParams{
		Account:        number,
		ID:             request.Id,
		Amount:         ledger.Money(value(request.Body.Amount)),
		Final:          request.Body.Final == nil || *request.Body.Final,
		Via:            value(request.Body.Via),
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return s.receipt(receipt), nil
}

// VoidHold answers POST /accounts/{account_number}/holds/{id}/void.
func (s *Server) VoidHold(ctx context.Context, request api.VoidHoldRequestObject) (api.VoidHoldResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	hold, err := s.bank.VoidHold(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.VoidHold200JSONResponse{Body: holdOf(hold)}, nil
}

func (s *Server) holdLink(account ledger.AccountNumber, id uuid.UUID) string {
	return s.link("/accounts/" + account.String() + "/holds/" + id.String())
}

func holdOf(h ledger.Hold) api.Hold {
	answer := api.Hold{
		Id:             h.ID,
		AccountNumber:  h.Account.String(),
		Amount:         int64(h.Amount),
		CapturedAmount: int64(h.Captured),
		HeldAmount:     int64(h.Left()),
		Currency:       h.Currency,
		Status:         api.HoldStatus(h.Status),
		Description:    h.Description,
		Reference:      nilIfZero(h.Reference),
		PlacedBy:       api.HoldPlacedBy(bank.PlacerOf(&h)),
		CreatedAt:      ledger.FormatTime(h.CreatedAt),
		ExpiresAt:      ledger.FormatTime(h.ExpiresAt),
	}
	if h.To != 0 {
		answer.ToAccount = pointer(h.To.String())
	}
	if !h.ClosedAt.IsZero() {
		answer.ClosedAt = pointer(ledger.FormatTime(h.ClosedAt))
	}
	return answer
}
