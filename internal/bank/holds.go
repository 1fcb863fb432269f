package bank

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// How long a hold can last.
const (
	MinHold     = time.Minute
	MaxHold     = 30 * 24 * time.Hour
	DefaultHold = 7 * 24 * time.Hour
)

// The stored names of those who place holds. A service client's is "client:" and its id.
const (
	heldByOwner = "owner"
	heldByStaff = "staff"
)

// Placer is the kind of caller that placed a hold.
type Placer string

// The placers.
const (
	PlacedByOwner  Placer = "owner" // of the account
	PlacedByStaff  Placer = "staff"
	PlacedByClient Placer = "client"
)

// PlacerOf returns the kind of caller that placed a hold.
func PlacerOf(h *ledger.Hold) Placer {
	switch h.PlacedBy {
	case heldByOwner:
		return PlacedByOwner
	case heldByStaff:
		return PlacedByStaff
	}
	return PlacedByClient
}

// holder returns the stored name under which a caller places holds.
func holder(c auth.Caller, own bool) string {
	switch {
	case own:
		return heldByOwner
	case c.Client != nil:
		return c.Actor()
	}
	return heldByStaff
}

// PlaceHoldParams holds the inputs of PlaceHold.
type PlaceHoldParams struct {
	Account        ledger.AccountNumber
	To             ledger.AccountNumber // gets what is captured; 0 for a withdrawal
	Amount         ledger.Money
	Description    string
	Reference      string        // "" for none
	Lasts          time.Duration // 0 for DefaultHold
	IdempotencyKey string        // "" for none
}

// PlacedHold is the hold that a request, or an earlier one under the same key, placed, as it was then.
type PlacedHold struct {
	Hold     ledger.Hold
	Replayed bool
}

// PlaceHold reserves money of an account: the caller's own, or any if the caller has the permission.
func (b *Bank) PlaceHold(ctx context.Context, caller auth.Caller, p PlaceHoldParams) (PlacedHold, error) {
	caller, own, err := b.auth.RequireToPost(ctx, caller, auth.HoldsWrite, p.Account)
	if err != nil {
		return PlacedHold{}, err
	}
	if p.To != 0 && holder(caller, own) == heldByStaff {
		return PlacedHold{}, refuse(auth.CodeForbidden, "Staff hold money for withdrawals alone. Leave to_account out.")
	}
	if err := p.check(); err != nil {
		return PlacedHold{}, err
	}
	now := b.now()
	hold := ledger.Hold{
		Account: p.Account, To: p.To, Amount: p.Amount, Description: p.Description, Reference: p.Reference, PlacedBy: holder(caller, own),
		CreatedAt: now, ExpiresAt: now.Add(p.Lasts),
	}
	if hold.ID, err = b.newID(now); err != nil {
		return PlacedHold{}, err
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "placeHold",
		p.Account, p.To, p.Amount, p.Description, p.Reference, int64(p.Lasts/time.Second))
	order := store.Order{Order: ledger.Order{
		Hold: &ledger.HoldChange{Action: ledger.PlaceHold, Hold: hold, Time: now}, Key: key.order(ledger.KindHold, hold.ID),
	}}
	outcome, err := b.carryOutHold(ctx, caller, own, &order, EventHoldPlaced)
	if err != nil || outcome.Earlier == nil {
		return PlacedHold{Hold: outcome.Hold}, err
	}
	placed, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (ledger.Hold, error) {
		if outcome.Earlier.Kind != ledger.KindHold {
			return ledger.Hold{}, errUnknownKind(*outcome.Earlier)
		}
		return holdByID(ctx, q, p.Account, outcome.Earlier.ID)
	})
	placed.Status, placed.Captured, placed.ClosedAt = ledger.HoldPending, 0, time.Time{} // as it was placed
	return PlacedHold{Hold: placed, Replayed: placed.ID != hold.ID}, gone(err)
}

// check makes the checks that need no database, and fills in the default.
func (p *PlaceHoldParams) check() error {
	if err := checkMovement(ledger.TypeTransferOut, p.Amount, p.Description); err != nil {
		return err
	}
	if p.Lasts == 0 {
		p.Lasts = DefaultHold
	}
	switch {
	case p.Lasts < MinHold || p.Lasts > MaxHold:
		return invalid("/expires_in", "must be 60 seconds to 30 days")
	case p.To == p.Account:
		return ledger.ErrSameAccount
	}
	return checkText("/reference", p.Reference)
}

// carryOutHold posts an order that places or voids a hold. If the caller is not the owner, it records an event.
func (b *Bank) carryOutHold(ctx context.Context, caller auth.Caller, own bool, order *store.Order, event audit.EventType) (ledger.Outcome, error) {
	if !own {
		if err := b.reportTo(order, caller, event, order.Hold.Hold.ID); err != nil {
			return ledger.Outcome{}, err
		}
	}
	return b.carryOut(ctx, caller, order)
}

// CaptureHoldParams holds the inputs of CaptureHold.
type CaptureHoldParams struct {
	Account        ledger.AccountNumber
	ID             uuid.UUID
	Amount         ledger.Money // 0 for all that is held
	Final          bool         // releases what is left
	Via            string       // what a withdrawal is settled against; "" for cash
	IdempotencyKey string       // "" for none
}

// CaptureHold moves money that is held, for those who may: see requireToUse. The receipt has the entry in the hold's account.
func (b *Bank) CaptureHold(ctx context.Context, caller auth.Caller, p CaptureHoldParams) (Receipt, error) {
	caller, own, hold, err := b.requireToUse(ctx, caller, p.Account, p.ID)
	if err != nil {
		return Receipt{}, err
	}
	if !own && hold.To != 0 {
		if err := b.requireToServe(ctx, caller, hold.To); err != nil {
			return Receipt{}, err
		}
	}
	posting := ledger.Posting{
		Type: ledger.TypeTransferOut, Account: p.Account, To: hold.To, Amount: p.Amount, Description: hold.Description, Via: p.Via,
		Hold: hold.ID, Final: p.Final,
	}
	if hold.To == 0 {
		posting.Type, posting.Via = ledger.TypeWithdrawal, cmp.Or(p.Via, ledger.SettledInCash)
	}
	if p.Amount != 0 {
		if err := checkMovement(posting.Type, p.Amount, ""); err != nil {
			return Receipt{}, err
		}
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "captureHold", p.Account, p.ID, p.Amount, p.Final, posting.Via)
	if hold.To == 0 {
		if err := cmp.Or(b.requireToWithdraw(own, cmp.Or(p.Amount, hold.Left())), b.checkSettlement(posting.Via)); err != nil {
			return b.movedBefore(ctx, key, err)
		}
	}
	receipt, err := b.post(ctx, caller, own, key, posting)
	if err == nil && !receipt.Replayed && hold.To != 0 {
		b.Counters.Transfers.Add(1)
	}
	return receipt, err
}

// requireToWithdraw makes the rules for withdrawals apply to captures.
func (b *Bank) requireToWithdraw(own bool, amount ledger.Money) error {
	if own && b.auth.Cash() == auth.CashStaff {
		return auth.ErrCashClosed
	}
	if b.needsApproval(own, amount) {
		return refuse(auth.CodeForbidden, "This amount needs the approval of another member of staff. Void the hold, and withdraw the amount.")
	}
	return nil
}

// VoidHold releases what is held, for those who may: see requireToUse.
func (b *Bank) VoidHold(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (ledger.Hold, error) {
	caller, own, hold, err := b.requireToUse(ctx, caller, number, id)
	if err != nil {
		return ledger.Hold{}, err
	}
	order := store.Order{Order: ledger.Order{Hold: &ledger.HoldChange{
		Action: ledger.VoidHold, Hold: ledger.Hold{ID: hold.ID, Account: number}, Time: b.now(),
	}}}
	outcome, err := b.carryOutHold(ctx, caller, own, &order, EventHoldVoided)
	return outcome.Hold, err
}

// requireToUse refuses callers who may not capture or void a hold, and returns the hold as last read: what the callers of this function
// use of it never changes. Staff may use every hold, and other callers those that they placed. A service client with the permission may
// also use the owner's, since it could hold the same money itself.
func (b *Bank) requireToUse(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (auth.Caller, bool, ledger.Hold, error) {
	caller, own, err := b.auth.RequireToPost(ctx, caller, auth.HoldsWrite, number)
	if err != nil {
		return caller, own, ledger.Hold{}, err
	}
	hold, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (ledger.Hold, error) {
		return holdByID(ctx, q, number, id)
	})
	if err != nil {
		return caller, own, ledger.Hold{}, err
	}
	switch as := holder(caller, own); {
	case as == heldByStaff, as == hold.PlacedBy, caller.Client != nil && hold.PlacedBy == heldByOwner:
		return caller, own, hold, nil
	case own:
		err = refuse(auth.CodeForbidden, "The bank, or a program of it, holds this money. Only they can capture or void the hold.")
	default:
		err = refuse(auth.CodeForbidden, "Another client, or the bank's staff, has placed this hold.")
	}
	return caller, own, ledger.Hold{}, err
}

// holdByID returns a hold of an account.
func holdByID(ctx context.Context, q db.Querier, number ledger.AccountNumber, id uuid.UUID) (ledger.Hold, error) {
	row, err := q.HoldByID(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return ledger.Hold{}, err
	}
	if err == nil && row.AccountNumber == int64(number) {
		return store.HoldOf(&row), nil
	}
	if _, err := store.CustomerOf(ctx, q, number); err != nil {
		return ledger.Hold{}, err
	}
	return ledger.Hold{}, ledger.ErrHoldNotFound
}
