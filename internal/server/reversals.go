package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

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

func detailsOf(t *bank.Transaction) api.TransactionDetails {
	entry := transactionOf(t.Entry)
	return api.TransactionDetails{
		Id: entry.Id, AccountNumber: entry.AccountNumber, Sequence: entry.Sequence, TransactionType: entry.TransactionType,
		Amount: entry.Amount, Currency: entry.Currency, BalanceAfter: entry.BalanceAfter, Timestamp: entry.Timestamp,
		Description: entry.Description, TransferId: entry.TransferId, CounterpartyAccount: entry.CounterpartyAccount,
		Reference: entry.Reference, Via: entry.Via, HoldId: entry.HoldId, ReversesId: entry.ReversesId, Hash: entry.Hash,
		ReversedAmount: int64(t.Reversed),
		Reversals: each(t.Reversals, func(e ledger.Entry) api.TransactionReversal {
			return api.TransactionReversal{Id: e.ID, Amount: int64(e.Amount), Timestamp: ledger.FormatTime(e.Timestamp)}
		}),
	}
}
