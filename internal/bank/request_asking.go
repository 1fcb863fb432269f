package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// ask makes a request of one of the kinds, for a caller who may.
func (b *Bank) ask(ctx context.Context, caller auth.Caller, own bool, p AskParams, kinds []RequestKind) (Asked, error) {
	if !slices.Contains(kinds, p.Kind) {
		return Asked{}, invalid("/kind", "is not what can be asked for here")
	}
	if needed := requestKinds[p.Kind].byStaff; !own && !caller.Has(needed) {
		return Asked{}, refuse(auth.CodeForbidden, "Requesting this needs the permission %s.", needed)
	}
	if err := requestKinds[p.Kind].check(&p.Wanted); err != nil {
		return Asked{}, err
	}
	if err := checkText("/note", p.Note); err != nil {
		return Asked{}, err
	}
	wanted, err := json.Marshal(p.Wanted)
	if err != nil {
		return Asked{}, fmt.Errorf("encode a request: %w", err)
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "request", p.Account, p.Kind, string(wanted), p.Note)
	request, replayed, err := writeOnce(ctx, b, key, b.keyedRequest, func(ctx context.Context, q db.Querier, asked Request) error {
		return b.recordAsked(ctx, q, caller, &asked)
	}, func(ctx context.Context, q db.Querier) (Request, ledger.Claim, error) {
		request, err := b.insertRequest(ctx, q, caller, p)
		return request, request.claim(), err
	})
	return Asked{Request: request, Replayed: replayed}, err
}

func (r *Request) claim() ledger.Claim {
	return ledger.Claim{Kind: ledger.KindRequest, ID: r.ID, Time: r.CreatedAt}
}

// keyedRequest returns the request that a key names, as it was when it was made.
func (b *Bank) keyedRequest(ctx context.Context, q db.Querier, claim ledger.Claim) (Request, error) {
	if claim.Kind != ledger.KindRequest {
		return Request{}, errUnknownKind(claim)
	}
	request, err := b.requestByID(ctx, q, claim.ID)
	request.Status, request.DecidedAt, request.DecisionNote, request.Transaction = RequestPending, time.Time{}, "", uuid.Nil
	return request, err
}

// insertRequest inserts a request that could be carried out as things are. It is examined again when it is decided.
func (b *Bank) insertRequest(ctx context.Context, q db.Querier, caller auth.Caller, p AskParams) (Request, error) {
	account, err := accountByNumber(ctx, q, p.Account)
	if err != nil {
		return Request{}, err
	}
	if _, err := q.LockCustomer(ctx, account.Customer); err != nil { // so that parallel requests meet each other
		return Request{}, err
	}
	now, rules := b.now(), requestKinds[p.Kind]
	request := Request{
		Kind: p.Kind, Account: p.Account, Wanted: p.Wanted, Note: p.Note, Status: RequestPending,
		AskedBy: askerOf(caller.Person(), account.Customer), CreatedAt: now, ExpiresAt: now.Add(RequestLifetime), requestedBy: caller.Person(),
	}
	if rules.alone != notAlone {
		if err := mayAskAgain(ctx, q, &request, account.Customer, now); err != nil {
			return Request{}, err
		}
	}
	if err := rules.examine(ctx, b, q, &request, account); err != nil {
		return Request{}, err
	}
	if request.ID, err = b.newID(now); err != nil {
		return Request{}, err
	}
	wanted, err := json.Marshal(p.Wanted)
	if err != nil {
		return Request{}, fmt.Errorf("encode a request: %w", err)
	}
	if err := q.InsertRequest(ctx, db.InsertRequestParams{
		ID: request.ID, Kind: string(p.Kind), AccountNumber: int64(p.Account), Wanted: string(wanted), Note: p.Note,
		RequestedBy: request.requestedBy, CreatedAt: now.UnixMicro(), ExpiresAt: request.ExpiresAt.UnixMicro(),
	}); err != nil {
		return Request{}, err
	}
	return request, nil
}

func (b *Bank) recordAsked(ctx context.Context, q db.Querier, caller auth.Caller, r *Request) error {
	return b.auth.RecordDetail(ctx, q, EventRequestMade, r.Account, caller, r.detail())
}

// mayAskAgain refuses a request of a kind of which one is pending already.
func mayAskAgain(ctx context.Context, q db.Querier, r *Request, customer uuid.UUID, now time.Time) error {
	pending, err := q.CountPendingRequests(ctx, db.CountPendingRequestsParams{
		Now: now.UnixMicro(), Kind: string(r.Kind), AccountNumber: int64(r.Account),
		ByCustomer: requestKinds[r.Kind].alone == perCustomer, CustomerID: customer,
	})
	if err == nil && pending > 0 {
		err = refuse(CodeRequestPending, "There is a request of this kind already that nobody has decided yet.")
	}
	return err
}

// needsApproval reports whether a deposit or withdrawal becomes a request: at the desk, above the amount that the bank has set. Owners'
// movements at their own accounts never do.
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
