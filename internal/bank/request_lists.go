package bank

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListedRequest is a request as staff see it.
type ListedRequest struct {
	Request

	Holder      string // whom it is about
	Requester   string // the asker's name; "" for a service client
	Decider     string // the name of the person who decided; "" for none
	MayDecide   bool   // whether the caller may decide about it, while it is pending
	MayWithdraw bool   // whether the caller made it, while it is pending
}

// ListRequestsParams holds the inputs of AdminListRequests. A cursor carries the filters it was made with; filters sent with it must be
// the same.
type ListRequestsParams struct {
	Status RequestStatus // "" for every status
	Kind   RequestKind   // "" for every kind
	Limit  int
	Cursor string // "" for the first page
}

// RequestPage is a part of the list of requests, newest first.
type RequestPage struct {
	Requests   []ListedRequest
	Pending    int64  // how many wait for a decision, whatever the filters
	NextCursor string // "" on the last page
}

type requestCursor struct {
	Status RequestStatus `json:"s,omitempty"`
	Kind   RequestKind   `json:"k,omitempty"`
	Before uuid.UUID     `json:"b"`
}

// AdminListRequests returns a page of all requests, for staff.
func (b *Bank) AdminListRequests(ctx context.Context, caller auth.Caller, p ListRequestsParams) (RequestPage, error) {
	if err := b.auth.Require(ctx, caller, auth.RequestsDecide, auth.AllAccounts); err != nil {
		return RequestPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := requestCursor{Status: p.Status, Kind: p.Kind, Before: ids.Last}
	position, err := paging.Begin(b.cursors, p.Cursor, "requests", first, func(position requestCursor) bool {
		return (p.Status == "" || p.Status == position.Status) && (p.Kind == "" || p.Kind == position.Kind)
	})
	if err != nil {
		return RequestPage{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (RequestPage, error) {
		rows, err := b.requestRows(ctx, q, position, limit+1)
		if err != nil {
			return RequestPage{}, err
		}
		found, next, err := paging.Of(b.cursors, "requests", rows, limit, func(row *db.ListRequestsRow) *db.ListRequestsRow { return row },
			func(last *db.ListRequestsRow) any {
				position.Before = last.Request.ID
				return position
			})
		if err != nil {
			return RequestPage{}, err
		}
		page := RequestPage{NextCursor: next}
		if page.Pending, err = q.CountUndecidedRequests(ctx, b.now().UnixMicro()); err != nil {
			return RequestPage{}, err
		}
		known := newAcquaintances()
		for _, row := range found {
			listed, err := b.listed(ctx, q, caller, row, known)
			if err != nil {
				return RequestPage{}, err
			}
			page.Requests = append(page.Requests, listed)
		}
		return page, nil
	})
}

// requestRows reads a page. Those that wait for a decision have an index of their own.
func (b *Bank) requestRows(ctx context.Context, q db.Querier, from requestCursor, rows int) ([]db.ListRequestsRow, error) {
	now := b.now().UnixMicro()
	if from.Status != RequestPending {
		return q.ListRequests(ctx, db.ListRequestsParams{
			BeforeID: from.Before, Kind: string(from.Kind), Status: string(from.Status), Now: now, RowLimit: int64(rows),
		})
	}
	pending, err := q.ListPendingRequests(ctx, db.ListPendingRequestsParams{
		Now: now, BeforeID: from.Before, Kind: string(from.Kind), RowLimit: int64(rows),
	})
	all := make([]db.ListRequestsRow, len(pending))
	for i := range pending {
		all[i] = db.ListRequestsRow(pending[i])
	}
	return all, err
}

// AdminGetRequest returns a request, for staff.
func (b *Bank) AdminGetRequest(ctx context.Context, caller auth.Caller, id uuid.UUID) (ListedRequest, error) {
	if err := b.auth.Require(ctx, caller, auth.RequestsDecide, auth.AllAccounts); err != nil {
		return ListedRequest{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (ListedRequest, error) {
		request, err := b.requestByID(ctx, q, id)
		if err != nil {
			return ListedRequest{}, err
		}
		account, err := accountByNumber(ctx, q, request.Account)
		if err != nil {
			return ListedRequest{}, err
		}
		return b.complete(ctx, q, caller, request, account, newAcquaintances())
	})
}

// GetRequest returns a request about any account of an account's owner, for that owner.
func (b *Bank) GetRequest(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (Request, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, number); err != nil {
		return Request{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (Request, error) {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return Request{}, err
		}
		request, err := b.requestByID(ctx, q, id)
		if err != nil {
			return Request{}, err
		}
		if about, err := store.CustomerOf(ctx, q, request.Account); err != nil || about != customer {
			return Request{}, errors.Join(err, errRequestNotFound)
		}
		return request, nil
	})
}

func (b *Bank) listed(ctx context.Context, q db.Querier, caller auth.Caller, row *db.ListRequestsRow, known *acquaintances) (ListedRequest, error) {
	request, err := requestOf(&row.Request, row.CustomerID, b.now())
	if err != nil {
		return ListedRequest{}, err
	}
	about := Account{Customer: row.CustomerID, Holder: row.CustomerName, Role: auth.Role(row.CustomerRole)}
	return b.complete(ctx, q, caller, request, about, known)
}

// complete adds what staff see of a request.
func (b *Bank) complete(ctx context.Context, q db.Querier, caller auth.Caller, r Request, about Account, known *acquaintances) (ListedRequest, error) {
	known.names[about.Customer.String()] = about.Holder
	listed := ListedRequest{
		Request: r, Holder: about.Holder,
		MayDecide:   r.Status == RequestPending && caller.Customer != uuid.Nil && mayDecide(caller, &r, about.Customer, about.Role) == nil,
		MayWithdraw: r.Status == RequestPending && r.requestedBy == caller.Person(),
	}
	if listed.MayDecide && r.AskedBy == AskedByClient {
		made, read := known.keys[r.requestedBy]
		if !read {
			var err error
			if made, err = b.madeKey(ctx, q, caller, &r); err != nil {
				return ListedRequest{}, err
			}
			known.keys[r.requestedBy] = made
		}
		listed.MayDecide = !made
	}
	var err error
	if listed.Requester, err = known.name(ctx, q, r.requestedBy); err != nil {
		return ListedRequest{}, err
	}
	listed.Decider, err = known.name(ctx, q, r.decidedBy)
	return listed, err
}

// acquaintances caches what a page has read about those who ask and decide, by what auth.Caller.Person returns. They are few, so each is
// read once for a page.
type acquaintances struct {
	names map[string]string
	keys  map[string]bool // whether the caller has made a key of a service client
}

func newAcquaintances() *acquaintances { return &acquaintances{map[string]string{}, map[string]bool{}} }

func (a *acquaintances) name(ctx context.Context, q db.Querier, person string) (string, error) {
	if name, known := a.names[person]; known {
		return name, nil
	}
	id, err := uuid.Parse(person)
	if err != nil { // a service client, or nobody
		return "", nil //nolint:nilerr // that is not a person
	}
	customer, err := q.CustomerByID(ctx, id)
	a.names[person] = customer.Name
	return customer.Name, err
}

// ListAccountRequestsParams holds the inputs of ListAccountRequests.
type ListAccountRequestsParams struct {
	Account ledger.AccountNumber
	Limit   int
	Cursor  string // "" for the first page
}

// AccountRequestPage is a part of the requests about a customer's accounts, newest first.
type AccountRequestPage struct {
	Requests   []Request
	NextCursor string // "" on the last page
}

type accountRequestCursor struct {
	Account ledger.AccountNumber `json:"a"`
	Before  uuid.UUID            `json:"b"`
}

// ListAccountRequests returns a page of the requests about all accounts of an account's owner, for that owner. It does not reveal who
// at the bank has asked or decided.
func (b *Bank) ListAccountRequests(ctx context.Context, caller auth.Caller, p ListAccountRequestsParams) (AccountRequestPage, error) {
	if err := b.auth.Require(ctx, caller, auth.SelfManage, p.Account); err != nil {
		return AccountRequestPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := accountRequestCursor{Account: p.Account, Before: ids.Last}
	position, err := paging.Begin(b.cursors, p.Cursor, "account requests", first, func(position accountRequestCursor) bool {
		return position.Account == p.Account
	})
	if err != nil {
		return AccountRequestPage{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (AccountRequestPage, error) {
		customer, err := store.CustomerOf(ctx, q, p.Account)
		if err != nil {
			return AccountRequestPage{}, err
		}
		rows, err := q.ListCustomerRequests(ctx, db.ListCustomerRequestsParams{
			CustomerID: customer, BeforeID: position.Before, RowLimit: int64(limit + 1),
		})
		if err != nil {
			return AccountRequestPage{}, err
		}
		found, next, err := paging.Of(b.cursors, "account requests", rows, limit, func(row *db.Request) *db.Request { return row }, func(last *db.Request) any {
			position.Before = last.ID
			return position
		})
		page := AccountRequestPage{NextCursor: next}
		for _, row := range found {
			request, err := requestOf(row, customer, b.now())
			if err != nil {
				return AccountRequestPage{}, err
			}
			page.Requests = append(page.Requests, request)
		}
		return page, err
	})
}
