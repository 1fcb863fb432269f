package bank

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// StandingOrder is a transfer that an account's owner has ordered for certain dates.
type StandingOrder struct {
	ID          uuid.UUID
	Account     ledger.AccountNumber // the sender's
	To          ledger.AccountNumber
	Amount      ledger.Money
	Description string
	Schedule    schedule.Schedule
	IfShort     IfShort
	CreatedAt   time.Time

	Status    StandingOrderStatus
	EndReason EndReason // "" unless it has ended
	NextOn    time.Time // the date that runs next; the zero time when there is none
	RetryOn   time.Time // when that date runs again, because the balance was short; otherwise the zero time

	next int // the number of the next date in the schedule
}

// IfShort says what becomes of a date on which the balance does not cover the amount.
type IfShort string

// The choices.
const (
	SkipIfShort  IfShort = "skip"
	RetryIfShort IfShort = "retry" // on each of the retryDays days that follow
)

// retryDays is for how many days a date is tried again. They are counted from the date itself, so that the dates of a daily order whose
// account stays empty cannot pile up.
const retryDays = 3

// StandingOrderStatus is the status of a standing order.
type StandingOrderStatus string

// The statuses. The last two are final.
const (
	OrderActive    StandingOrderStatus = "active"
	OrderPaused    StandingOrderStatus = "paused"
	OrderEnded     StandingOrderStatus = "ended"
	OrderCompleted StandingOrderStatus = "completed" // after its last date
)

// EndReason is why a standing order ended before its last date.
type EndReason string

// The reasons.
const (
	EndedByRequest       EndReason = "request"
	EndedAccountClosed   EndReason = "account_closed"
	EndedRecipientClosed EndReason = "recipient_closed"
)

// MaxStandingOrders bounds how many standing orders of an account are not over.
const MaxStandingOrders = 100

var (
	errStandingOrderNotFound = refuse(CodeStandingOrderNotFound, "This account has no standing order with this id.")
	errTooManyStandingOrders = refuse(CodeTooManyStandingOrders, "This account has %d standing orders already.", MaxStandingOrders)
)

// StandingOrderParams holds the inputs of CreateStandingOrder and PreviewStandingOrder.
type StandingOrderParams struct {
	Account        ledger.AccountNumber
	To             ledger.AccountNumber
	Amount         ledger.Money
	Description    string
	Schedule       schedule.Schedule // Every 0 means 1, and Day 0 the first date's
	IfShort        IfShort
	IdempotencyKey string // "" for none; not used by a preview
}

// MadeStandingOrder is the order that a request, or an earlier one under the same key, made, as it was then.
type MadeStandingOrder struct {
	Order    StandingOrder
	Replayed bool
}

// CreateStandingOrder makes a standing order, for the account's owner. It outlives the session or the service client that made it.
func (b *Bank) CreateStandingOrder(ctx context.Context, caller auth.Caller, p StandingOrderParams) (MadeStandingOrder, error) {
	if err := b.auth.Require(ctx, caller, auth.TransfersWrite, p.Account); err != nil {
		return MadeStandingOrder{}, err
	}
	own, err := b.auth.Owns(ctx, caller, p.Account)
	if err != nil {
		return MadeStandingOrder{}, err
	}
	if err := p.complete(); err != nil {
		return MadeStandingOrder{}, err
	}
	key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "standing_order", p.fingerprinted()...)
	order, replayed, err := writeOnce(ctx, b, key, keyedStandingOrder, func(ctx context.Context, q db.Querier, made StandingOrder) error {
		return b.auth.RecordDetail(ctx, q, EventStandingOrderCreated, made.Account, caller, made.ID.String())
	}, func(ctx context.Context, q db.Querier) (StandingOrder, ledger.Claim, error) {
		order, err := b.insertStandingOrder(ctx, q, &p)
		return order, ledger.Claim{Kind: ledger.KindStandingOrder, ID: order.ID, Time: order.CreatedAt}, err
	})
	return MadeStandingOrder{Order: order, Replayed: replayed}, err
}

// previewDates is how many dates a preview has at most.
const previewDates = 5

// PreviewStandingOrder returns the first dates of a standing order that could be made now, for the account's owner.
func (b *Bank) PreviewStandingOrder(ctx context.Context, caller auth.Caller, p StandingOrderParams) ([]time.Time, error) {
	if err := b.auth.Require(ctx, caller, auth.TransfersWrite, p.Account); err != nil {
		return nil, err
	}
	if err := p.complete(); err != nil {
		return nil, err
	}
	if err := b.checkFirstOn(&p); err != nil {
		return nil, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]time.Time, error) {
		account, err := accountByNumber(ctx, q, p.Account)
		if err == nil && account.Status == StatusClosed {
			err = ledger.ErrAccountClosed
		}
		if err == nil {
			err = checkOrdered(ctx, q, &p, account.Currency)
		}
		return p.Schedule.Dates(0, previewDates), err
	})
}

func (b *Bank) insertStandingOrder(ctx context.Context, q db.Querier, p *StandingOrderParams) (StandingOrder, error) {
	_, account, err := b.lockOpen(ctx, q, p.Account, p.To) // so that parallel orders wait for each other; the row refers to both
	if err != nil {
		return StandingOrder{}, err
	}
	if err := b.checkFirstOn(p); err != nil { // after the key: a request that is repeated on a later day is no new one
		return StandingOrder{}, err
	}
	if err := checkOrdered(ctx, q, p, account.Currency); err != nil {
		return StandingOrder{}, err
	}
	order := StandingOrder{
		Account: p.Account, To: p.To, Amount: p.Amount, Description: p.Description, Schedule: p.Schedule, IfShort: p.IfShort,
		CreatedAt: b.now(), Status: OrderActive, NextOn: p.Schedule.First,
	}
	if order.ID, err = b.newID(order.CreatedAt); err != nil {
		return StandingOrder{}, err
	}
	s := &p.Schedule
	return order, q.InsertStandingOrder(ctx, db.InsertStandingOrderParams{
		ID: order.ID, AccountNumber: int64(p.Account), ToAccount: int64(p.To), Amount: int64(p.Amount), Description: p.Description,
		Frequency: string(s.Frequency), Every: int64(s.Every), FirstOn: schedule.DayNumber(s.First), MonthDay: int64(s.Day), UntilOn: optionalDay(s.Until),
		Times: int64(s.Times), IfShort: string(p.IfShort), CreatedAt: order.CreatedAt.UnixMicro(),
	})
}

// checkOrdered refuses an order of which no date could be carried out, and one beyond MaxStandingOrders.
func checkOrdered(ctx context.Context, q db.Querier, p *StandingOrderParams, currency string) error {
	to, err := accountByNumber(ctx, q, p.To)
	switch {
	case err != nil:
		return err
	case to.Status == StatusClosed:
		return &ledger.Refusal{
			Code: ledger.CodeAccountClosed, Pointer: "/to_account", Message: "The account that would receive the money is closed.",
		}
	case to.Currency != currency:
		return refuse(ledger.CodeCurrencyMismatch, "A transfer needs two accounts of the same currency.")
	}
	orders, err := q.CountStandingOrders(ctx, int64(p.Account))
	if err == nil && orders >= MaxStandingOrders {
		err = errTooManyStandingOrders
	}
	return err
}

// fingerprinted returns the input of the request's fingerprint.
func (p *StandingOrderParams) fingerprinted() []any {
	s := &p.Schedule
	return []any{
		p.Account, p.To, p.Amount, p.Description, s.Frequency, s.Every, schedule.DayNumber(s.First), s.Day, dateText(s.Until), s.Times, p.IfShort,
	}
}

// keyedStandingOrder returns the order that a key names, as it was when it was made.
func keyedStandingOrder(ctx context.Context, q db.Querier, claim ledger.Claim) (StandingOrder, error) {
	if claim.Kind != ledger.KindStandingOrder {
		return StandingOrder{}, errUnknownKind(claim)
	}
	row, err := q.StandingOrderByID(ctx, claim.ID)
	order := standingOrderOf(&row)
	order.Status, order.EndReason, order.NextOn, order.RetryOn = OrderActive, "", order.Schedule.First, time.Time{}
	return order, err
}

func standingOrderOf(row *db.StandingOrder) StandingOrder {
	order := StandingOrder{
		ID: row.ID, Account: ledger.AccountNumber(row.AccountNumber), To: ledger.AccountNumber(row.ToAccount), Amount: ledger.Money(row.Amount),
		Description: row.Description, Schedule: store.ScheduleOf(row), IfShort: IfShort(row.IfShort), CreatedAt: time.UnixMicro(row.CreatedAt).UTC(),
		Status: StandingOrderStatus(row.Status), EndReason: EndReason(row.EndReason), next: int(row.NextIndex),
	}
	if row.NextOn != nil {
		order.NextOn = schedule.DayOf(*row.NextOn)
	}
	if row.TryOn != nil && *row.TryOn != *row.NextOn {
		order.RetryOn = schedule.DayOf(*row.TryOn)
	}
	return order
}

// orderOfAccount returns an order that was just read, if it is the account's.
func orderOfAccount(number ledger.AccountNumber, row *db.StandingOrder, err error) (StandingOrder, error) {
	if errors.Is(err, store.ErrNotFound) || err == nil && row.AccountNumber != int64(number) {
		return StandingOrder{}, errStandingOrderNotFound
	}
	if err != nil {
		return StandingOrder{}, err
	}
	return standingOrderOf(row), nil
}
