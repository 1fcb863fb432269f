package server

import (
	"context"
	"net/url"
	"strconv"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

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
	return api.Deposit201JSONResponse{
		Body: transactionOf(receipt.Transaction),
		Headers: api.Deposit201ResponseHeaders{
			Location: s.transactionLink(receipt), IdempotentReplayed: nilIfZero(receipt.Replayed),
		},
	}, nil
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
	return api.Withdraw201JSONResponse{
		Body: transactionOf(receipt.Transaction),
		Headers: api.Withdraw201ResponseHeaders{
			Location: s.transactionLink(receipt), IdempotentReplayed: nilIfZero(receipt.Replayed),
		},
	}, nil
}

func cashParams(account string, body *api.AmountRequest, key *string) (bank.DepositParams, error) {
	number, err := ledger.ParseAccountNumber(account)
	return bank.DepositParams{
		Account:        number,
		Amount:         ledger.Money(body.Amount),
		Description:    value(body.Description),
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
		IdempotencyKey: value(request.Params.IdempotencyKey),
	})
	if err != nil {
		return nil, err
	}
	return api.Transfer201JSONResponse{
		Body: transactionOf(receipt.Transaction),
		Headers: api.Transfer201ResponseHeaders{
			Location: s.transactionLink(receipt), IdempotentReplayed: nilIfZero(receipt.Replayed),
		},
	}, nil
}

func (s *Server) transactionLink(receipt bank.Receipt) string {
	return s.link("/accounts/" + receipt.Transaction.Account.String() + "/transactions/" + receipt.Transaction.ID.String())
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
	return api.GetTransaction200JSONResponse(transactionOf(transaction)), nil
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
	return api.GetIdempotencyKey200JSONResponse(transactionOf(written)), nil
}

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
	page, err := s.bank.ListTransactions(ctx, scopeOf(ctx).caller, bank.ListTransactionsParams{
		Account: number,
		Type:    ledger.EntryType(value(request.Params.TransactionType)),
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

// nextLink returns the Link header (RFC 8288) to the next page, or nil on the last one.
func (s *Server) nextLink(ctx context.Context, cursor string, limit *int) *string {
	if cursor == "" {
		return nil
	}
	query := url.Values{"cursor": {cursor}}
	if limit != nil {
		query.Set("limit", strconv.Itoa(*limit))
	}
	return pointer("<" + s.link(scopeOf(ctx).request.URL.EscapedPath()) + "?" + query.Encode() + `>; rel="next"`)
}
