package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// needsApproval reports whether a deposit or withdrawal becomes a request: at the desk, above the amount that the bank has set. What
// owners do with their own account never does.
func (b *Bank) needsApproval(own bool, amount ledger.Money) bool {
	return !own && b.approvalAbove > 0 && amount > b.approvalAbove
}

// askToMove makes a request for a deposit or withdrawal. An earlier one under the key may have been carried out at once, if the bank has
// changed the amount since.
func (b *Bank) askToMove(ctx context.Context, caller auth.Caller, key idempotencyKey, kind ledger.EntryType, p DepositParams) (Receipt, error) {
	asked := AskParams{
		Account: p.Account, Kind: RequestDeposit, Wanted: Wanted{Amount: p.Amount, Via: p.Via, Description: p.Description},
	}
	if kind == ledger.TypeWithdrawal {
		asked.Kind = RequestWithdrawal
	}
	receipt, replayed, err := writeOnce(ctx, b, key, b.keyedMovement, func(ctx context.Context, q db.Querier, asked Receipt) error {
		return b.recordAsked(ctx, q, caller, asked.Request)
	}, func(ctx context.Context, q db.Querier) (Receipt, ledger.Claim, error) {
		request, err := b.insertRequest(ctx, q, caller, asked)
		return Receipt{Request: &request}, request.claim(), err
	})
	receipt.Replayed = replayed
	return receipt, err
}

// keyedMovement returns the entry or the request that the key of a deposit or withdrawal names.
func (b *Bank) keyedMovement(ctx context.Context, q db.Querier, claim ledger.Claim) (Receipt, error) {
	if claim.Kind == ledger.KindRequest {
		request, err := b.keyedRequest(ctx, q, claim)
		return Receipt{Request: &request}, err
	}
	entry, err := keyedEntry(ctx, q, claim)
	return Receipt{Transaction: entry}, err
}
