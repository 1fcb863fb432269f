package bank

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// RequestLifetime is how long a request waits for a decision.
const RequestLifetime = 14 * 24 * time.Hour

// RequestStatus is what has become of a request.
type RequestStatus string

// The statuses. All but the first are final.
const (
	RequestPending   RequestStatus = "pending"
	RequestApproved  RequestStatus = "approved"
	RequestRejected  RequestStatus = "rejected"
	RequestWithdrawn RequestStatus = "withdrawn"
	RequestExpired   RequestStatus = "expired"
)

// Asker is who has made a request.
type Asker string

// The askers.
const (
	AskedByCustomer Asker = "customer" // whose account the request is about
	AskedByStaff    Asker = "staff"
	AskedByClient   Asker = "client"
)

// Request is something that one has asked for and another decides.
type Request struct {
	ID           uuid.UUID
	Kind         RequestKind
	Account      ledger.AccountNumber
	Wanted       Wanted
	Note         string
	Status       RequestStatus
	AskedBy      Asker
	CreatedAt    time.Time
	ExpiresAt    time.Time
	DecidedAt    time.Time // the zero time while it is pending
	DecisionNote string
	Transaction  uuid.UUID // the entry that an approved movement has posted; uuid.Nil for none

	requestedBy, decidedBy string // as auth.Caller.Person returns it
}

// Wanted is what a request asks for. Its kind says which fields it has, and the table keeps it as JSON.
type Wanted struct {
	Name        string               `json:"name,omitempty"`
	Role        auth.Role            `json:"role,omitempty"`
	SweepTo     ledger.AccountNumber `json:"sweep_to,omitempty"`
	PerTransfer *ledger.Money        `json:"per_transfer,omitempty"`
	Daily       *ledger.Money        `json:"daily,omitempty"`
	Monthly     *ledger.Money        `json:"monthly,omitempty"`
	Amount      ledger.Money         `json:"amount,omitempty"`
	Via         string               `json:"via,omitempty"`
	Description string               `json:"description,omitempty"`
}

var (
	errRequestNotFound   = refuse(CodeRequestNotFound, "There is no request with this id.")
	errNothingToChange   = refuse(CodeNothingToChange, "What was asked for is so already.")
	errOnlyPersonsDecide = refuse(auth.CodeForbidden, "Only people decide about requests, with a session of their own.")
)

func requestOf(row *db.Request, customer uuid.UUID, now time.Time) (Request, error) {
	request := Request{
		ID: row.ID, Kind: RequestKind(row.Kind), Account: ledger.AccountNumber(row.AccountNumber), Note: row.Note,
		Status: RequestStatus(row.Status), AskedBy: askerOf(row.RequestedBy, customer),
		CreatedAt: time.UnixMicro(row.CreatedAt).UTC(), ExpiresAt: time.UnixMicro(row.ExpiresAt).UTC(), DecisionNote: row.DecisionNote,
		requestedBy: row.RequestedBy, decidedBy: row.DecidedBy.String,
	}
	if row.DecidedAt != nil {
		request.DecidedAt = time.UnixMicro(*row.DecidedAt).UTC()
	}
	if row.ResultID != nil {
		request.Transaction = *row.ResultID
	}
	if request.Status == RequestPending && !now.Before(request.ExpiresAt) { // the job has not seen it yet
		request.Status, request.DecidedAt = RequestExpired, request.ExpiresAt
	}
	if err := json.Unmarshal([]byte(row.Wanted), &request.Wanted); err != nil {
		return Request{}, fmt.Errorf("what the request %s asks for: %w", row.ID, err)
	}
	return request, nil
}

func askerOf(requestedBy string, customer uuid.UUID) Asker {
	if requestedBy == customer.String() {
		return AskedByCustomer
	}
	if _, err := uuid.Parse(requestedBy); err == nil {
		return AskedByStaff
	}
	return AskedByClient
}

// requestByID returns a request and the customer whom it is about, and locks nothing.
func (b *Bank) requestByID(ctx context.Context, q db.Querier, id uuid.UUID) (Request, error) {
	row, err := q.RequestByID(ctx, id)
	return b.requestIn(ctx, q, &row, err)
}

// requestIn returns the request in a row that was just read.
func (b *Bank) requestIn(ctx context.Context, q db.Querier, row *db.Request, err error) (Request, error) {
	if errors.Is(err, store.ErrNotFound) {
		return Request{}, errRequestNotFound
	}
	if err != nil {
		return Request{}, err
	}
	customer, err := store.CustomerOf(ctx, q, ledger.AccountNumber(row.AccountNumber))
	if err != nil {
		return Request{}, err
	}
	return requestOf(row, customer, b.now())
}

// AskParams holds the inputs of CreateRequest and AdminCreateRequest.
type AskParams struct {
	Account        ledger.AccountNumber
	Kind           RequestKind
	Wanted         Wanted
	Note           string
	IdempotencyKey string // "" for none
}

// Asked is the request that a caller, or an earlier one under the same key, has made, as it was made.
type Asked struct {
	Request  Request
	Replayed bool
}

// CreateRequest makes a request, for the account's owner.
func (b *Bank) CreateRequest(ctx context.Context, caller auth.Caller, p AskParams) (Asked, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, p.Account); err != nil {
		return Asked{}, err
	}
	own, err := b.auth.Owns(ctx, caller, p.Account)
	if err != nil {
		return Asked{}, err
	}
	return b.ask(ctx, caller, own, p, kindsOfOwners)
}

// AdminCreateRequest makes a request about a customer's account, for staff who leave the decision to another.
func (b *Bank) AdminCreateRequest(ctx context.Context, caller auth.Caller, p AskParams) (Asked, error) {
	if err := b.auth.Require(ctx, caller, auth.CustomersManage, p.Account); err != nil {
		return Asked{}, err
	}
	return b.askForAnother(ctx, caller, p, kindsOfOwners)
}

// SetAccountRole asks for another role of an account's customer, for administrators. Another administrator decides.
func (b *Bank) SetAccountRole(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, role auth.Role) (Request, error) {
	if err := b.auth.Require(ctx, caller, auth.RolesManage, auth.AllAccounts); err != nil {
		return Request{}, err
	}
	asked, err := b.askForAnother(ctx, caller, AskParams{Account: number, Kind: RequestChangeRole, Wanted: Wanted{Role: role}},
		[]RequestKind{RequestChangeRole})
	return asked.Request, err
}

// askForAnother makes a request of a member of staff or a service client.
func (b *Bank) askForAnother(ctx context.Context, caller auth.Caller, p AskParams, kinds []RequestKind) (Asked, error) {
	if caller.Customer == uuid.Nil && caller.Client == nil {
		return Asked{}, refuse(auth.CodeForbidden, "Only staff and service clients make requests, not the admin key.")
	}
	own, err := b.auth.Owns(ctx, caller, p.Account)
	if err == nil && own {
		err = refuse(auth.CodeForbidden, "Staff do not act for themselves. Ask as the account's owner, or let another member of staff ask.")
	}
	if err != nil {
		return Asked{}, err
	}
	return b.ask(ctx, caller, false, p, kinds)
}

// WithdrawRequest withdraws a request of the caller's own: about an account of theirs, or one that they made as staff or as a service
// client. It only needs the permission to read the account, so that askers who lost the right to ask can still withdraw.
func (b *Bank) WithdrawRequest(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (Request, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return Request{}, err
	}
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (Request, error) {
		row, err := q.LockRequest(ctx, id)
		request, err := b.requestIn(ctx, q, &row, err)
		switch {
		case err != nil:
			return Request{}, err
		case request.requestedBy != caller.Person():
			return Request{}, errRequestNotFound
		case request.AskedBy != AskedByCustomer && request.Account != number: // customers find theirs under each of their accounts
			return Request{}, errRequestNotFound
		case request.Status != RequestPending:
			return Request{}, notPending(&request)
		}
		if err := b.decided(ctx, q, &request, RequestWithdrawn, "", ""); err != nil {
			return Request{}, err
		}
		return request, b.auth.RecordDetail(ctx, q, EventRequestWithdrawn, request.Account, caller, request.detail())
	})
}

// detail returns what the audit trail says about a request.
func (r *Request) detail() string {
	detail := string(r.Kind) + " " + r.ID.String()
	if r.Transaction != uuid.Nil {
		detail += " " + r.Transaction.String()
	}
	return detail
}

func notPending(r *Request) error {
	return refuse(CodeRequestNotPending, "This request is %s already.", r.Status)
}

// decided writes what has become of a pending request that is locked.
func (b *Bank) decided(ctx context.Context, q db.Querier, r *Request, status RequestStatus, by, note string) error {
	now := b.now()
	params := db.DecideRequestParams{ID: r.ID, Status: string(status), DecisionNote: note, DecidedAt: now.UnixMicro()}
	if by != "" {
		params.DecidedBy.String, params.DecidedBy.Valid = by, true
	}
	if r.Transaction != uuid.Nil {
		params.ResultID = &r.Transaction
	}
	changed, err := q.DecideRequest(ctx, params)
	if err == nil && changed != 1 {
		err = fmt.Errorf("the request %s was decided while it was locked", r.ID)
	}
	r.Status, r.DecidedAt, r.DecisionNote, r.decidedBy = status, now, note, by
	return err
}

// expiryBatch bounds how many requests expire in one transaction, each with an event.
const expiryBatch = 100

// ExpireRequests marks requests that were not decided in time, and returns how many. None of them could be decided any more. A request
// expires in a single transaction, however many servers run this at once, and so has one event.
func (b *Bank) ExpireRequests(ctx context.Context) (int64, error) {
	return store.Repeat(ctx, b.store, expiryBatch, func(ctx context.Context, q db.Querier) (int64, error) {
		rows, err := q.ExpireRequests(ctx, db.ExpireRequestsParams{Now: b.now().UnixMicro(), RowLimit: expiryBatch})
		if err != nil {
			return 0, err
		}
		for i := range rows {
			r := Request{ID: rows[i].ID, Kind: RequestKind(rows[i].Kind)}
			if err := b.auth.RecordRule(ctx, q, EventRequestExpired, ledger.AccountNumber(rows[i].AccountNumber), r.detail()); err != nil {
				return 0, err
			}
		}
		return int64(len(rows)), nil
	})
}
