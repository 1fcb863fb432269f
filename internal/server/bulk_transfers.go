package server

import (
	"context"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// TransferMany answers POST /accounts/{account_number}/transfers.
func (s *Server) TransferMany(ctx context.Context, request api.TransferManyRequestObject) (api.TransferManyResponseObject, error) {
	from, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	params := bank.TransferManyParams{
		Account:        from,
		Mode:           bank.AllOrNothing,
		DryRun:         value(request.Body.DryRun),
		Items:          make([]bank.TransferItem, len(request.Body.Items)),
		IdempotencyKey: value(request.Params.IdempotencyKey),
	}
	if request.Body.Mode != nil {
		params.Mode = bank.TransferMode(*request.Body.Mode)
	}
	for i, item := range request.Body.Items {
		to, err := ledger.ParseAccountNumber(item.ToAccount)
		if err != nil {
			return nil, err
		}
		var sender ledger.AccountNumber
		if item.FromAccount != nil {
			if sender, err = ledger.ParseAccountNumber(*item.FromAccount); err != nil {
				return nil, err
			}
		}
		params.Items[i] = bank.TransferItem{
			From: sender, To: to, Amount: ledger.Money(item.Amount), Description: value(item.Description), Reference: value(item.Reference),
		}
	}
	batch, err := s.bank.TransferMany(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	answer := api.TransferMany201JSONResponse{
		Body:    batchOf(&batch),
		Headers: api.TransferMany201ResponseHeaders{IdempotentReplayed: nilIfZero(batch.Replayed)},
	}
	if batch.ID != uuid.Nil {
		answer.Headers.Location = pointer(s.batchLink(from, batch.ID))
	}
	return answer, nil
}

// GetTransferBatch answers GET /accounts/{account_number}/transfers/{id}.
func (s *Server) GetTransferBatch(ctx context.Context, request api.GetTransferBatchRequestObject) (api.GetTransferBatchResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	batch, err := s.bank.GetTransferBatch(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.GetTransferBatch200JSONResponse(batchOf(&batch)), nil
}

func (s *Server) batchLink(account ledger.AccountNumber, id uuid.UUID) string {
	return s.link("/accounts/" + account.String() + "/transfers/" + id.String())
}

func batchOf(batch *bank.TransferBatch) api.TransferBatch {
	answer := api.TransferBatch{
		Id:          nilIfZero(batch.ID),
		Mode:        api.TransferMode(batch.Mode),
		DryRun:      batch.DryRun,
		Posted:      batch.Posted,
		Refused:     batch.Refused,
		TotalAmount: int64(batch.Total),
		Results:     make([]api.TransferResult, len(batch.Results)),
	}
	for i, result := range batch.Results {
		answer.Results[i] = api.TransferResult{
			Index: i, Status: api.TransferResultStatus(result.Status), TransactionId: nilIfZero(result.ID),
		}
		if result.Refusal != nil {
			problem := &api.TransferProblem{Code: api.ProblemCode(result.Refusal.Code), Detail: result.Refusal.Message}
			problem.Limit, problem.Remaining, problem.ResetsAt = exceeded(result.Refusal.Limit)
			answer.Results[i].Problem = problem
		}
	}
	return answer
}
