package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// ListTransactions answers GET /accounts/{account_number}/transactions.
func (s *Server) ListTransactions(ctx context.Context, request api.ListTransactionsRequestObject) (api.ListTransactionsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	from, err := timeOf("query/from", request.Params.From)
	if err != nil {
		return nil, err
	}
	to, err := timeOf("query/to", request.Params.To)
	if err != nil {
		return nil, err
	}
	match, err := matchOf(&request.Params)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListTransactions(ctx, scopeOf(ctx).caller, bank.ListTransactionsParams{
		Account: number,
		Match:   match,
		From:    from,
		To:      to,
		Limit:   value(request.Params.Limit),
		Cursor:  value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListTransactions200JSONResponse{
		Body: api.TransactionPage{
			Data: each(page.Transactions, transactionOf), NextCursor: nilIfZero(page.NextCursor),
		},
		Headers: api.ListTransactions200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// matchOf returns the match of a history's filters, except their times.
func matchOf(p *api.ListTransactionsParams) (match bank.EntryMatch, err error) {
	match = bank.EntryMatch{
		Type: ledger.EntryType(value(p.TransactionType)), Reference: value(p.Reference),
		Least: ledger.Money(value(p.MinAmount)), Most: ledger.Money(value(p.MaxAmount)),
	}
	if match.Text, err = bank.SearchText(value(p.Q)); err == nil {
		match.Counterparty, err = optionalNumber(p.CounterpartyAccount)
	}
	return match, err
}

// GetTransaction answers GET /accounts/{account_number}/transactions/{id}.
func (s *Server) GetTransaction(ctx context.Context, request api.GetTransactionRequestObject) (api.GetTransactionResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	transaction, err := s.bank.GetTransaction(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.GetTransaction200JSONResponse(detailsOf(&transaction)), nil
}

// ReverseTransaction answers POST /accounts/{account_number}/transactions/{id}/reverse.
func (s *Server) ReverseTransaction(ctx context.Context, request api.ReverseTransactionRequestObject) (api.ReverseTransactionResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	receipt, err := s.bank.Reverse(ctx, scopeOf(ctx).caller, bank.ReverseParams{
		Account:        number,
		Transaction:    request.Id,
		Amount:         ledger.Money(value(request.Body.Amount)),
		Reason:         request.Body.Reason,
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return s.receipt(receipt), nil
}

// GetIdempotencyKey answers GET /accounts/{account_number}/idempotency-keys/{key}.
func (s *Server) GetIdempotencyKey(ctx context.Context, request api.GetIdempotencyKeyRequestObject) (api.GetIdempotencyKeyResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	written, err := s.bank.GetIdempotencyKey(ctx, scopeOf(ctx).caller, number, request.Key)
	if err != nil {
		return nil, err
	}
	location := ""
	switch {
	case written.Batch != uuid.Nil:
		location = s.batchLink(number, written.Batch)
	case written.Request != uuid.Nil:
		location = s.ownRequestLink(number, written.Request)
	case written.StandingOrder != uuid.Nil:
		location = s.standingOrderLink(number, written.StandingOrder)
	case written.Hold != uuid.Nil:
		location = s.holdLink(number, written.Hold)
	}
	if location != "" {
		return api.GetIdempotencyKey303Response{Headers: api.GetIdempotencyKey303ResponseHeaders{Location: location}}, nil
	}
	return api.GetIdempotencyKey200JSONResponse(transactionOf(written.Entry)), nil
}

// GetStatement answers GET /accounts/{account_number}/statement.
func (s *Server) GetStatement(ctx context.Context, request api.GetStatementRequestObject) (api.GetStatementResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	month, err := time.Parse("2006-01", request.Params.Month)
	if err != nil {
		return nil, invalidRequest(fieldError("query/month", "is not a month"))
	}
	media := preferred(scopeOf(ctx).request.Header.Values("Accept"), mediaCSV, mediaPDF)
	if media == "" {
		return nil, &problem{code: "not_acceptable", detail: "A statement comes as text/csv or application/pdf."}
	}
	found, err := s.reports.GetStatement(ctx, scopeOf(ctx).caller, number, month)
	if err != nil {
		return nil, err
	}
	if media == mediaPDF {
		return pdfStatement(&found)
	}
	return csvStatement(&found, request.Params.Bom != nil && *request.Params.Bom)
}
