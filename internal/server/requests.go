package server

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// CreateRequest answers POST /accounts/{account_number}/requests.
func (s *Server) CreateRequest(ctx context.Context, request api.CreateRequestRequestObject) (api.CreateRequestResponseObject, error) {
	params, err := askParams(request.AccountNumber, request.Body, request.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	asked, err := s.bank.CreateRequest(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.CreateRequest201JSONResponse{
		Body: requestOf(asked.Request),
		Headers: api.CreateRequest201ResponseHeaders{
			Location: s.ownRequestLink(params.Account, asked.Request.ID), IdempotentReplayed: nilIfZero(asked.Replayed),
		},
	}, nil
}

// AdminCreateRequest answers POST /admin/accounts/{account_number}/requests.
func (s *Server) AdminCreateRequest(ctx context.Context, request api.AdminCreateRequestRequestObject) (api.AdminCreateRequestResponseObject, error) {
	params, err := askParams(request.AccountNumber, request.Body, request.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	asked, err := s.bank.AdminCreateRequest(ctx, scopeOf(ctx).caller, params)
	if err != nil {
		return nil, err
	}
	return api.AdminCreateRequest201JSONResponse{
		Body: requestOf(asked.Request),
		Headers: api.AdminCreateRequest201ResponseHeaders{
			Location: s.requestLink(asked.Request.ID), IdempotentReplayed: nilIfZero(asked.Replayed),
		},
	}, nil
}

func askParams(account string, body *api.CreateRequest, key *string) (bank.AskParams, error) {
	number, err := ledger.ParseAccountNumber(account)
	if err != nil {
		return bank.AskParams{}, err
	}
	wanted := value(body.Wanted)
	var sweepTo ledger.AccountNumber
	if wanted.SweepTo != nil {
		if sweepTo, err = ledger.ParseAccountNumber(*wanted.SweepTo); err != nil {
			return bank.AskParams{}, err
		}
	}
	return bank.AskParams{
		Account: number,
		Kind:    bank.RequestKind(body.Kind),
		Wanted: bank.Wanted{
			Name: value(wanted.Name), Role: auth.Role(value(wanted.Role)), Amount: ledger.Money(value(wanted.Amount)),
			Via: value(wanted.Via), Description: value(wanted.Description), SweepTo: sweepTo, PerTransfer: (*ledger.Money)(wanted.PerTransfer),
			Daily: (*ledger.Money)(wanted.Daily), Monthly: (*ledger.Money)(wanted.Monthly),
		},
		Note:           value(body.Note),
		IdempotencyKey: value(key),
	}, err
}

// ListAccountRequests answers GET /accounts/{account_number}/requests.
func (s *Server) ListAccountRequests(ctx context.Context, request api.ListAccountRequestsRequestObject) (api.ListAccountRequestsResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	page, err := s.bank.ListAccountRequests(ctx, scopeOf(ctx).caller, bank.ListAccountRequestsParams{
		Account: number, Limit: value(request.Params.Limit), Cursor: value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.ListAccountRequests200JSONResponse{
		Body:    api.ServiceRequestPage{Data: each(page.Requests, requestOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.ListAccountRequests200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// GetRequest answers GET /accounts/{account_number}/requests/{id}.
func (s *Server) GetRequest(ctx context.Context, request api.GetRequestRequestObject) (api.GetRequestResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	found, err := s.bank.GetRequest(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.GetRequest200JSONResponse(requestOf(found)), nil
}

// WithdrawRequest answers POST /accounts/{account_number}/requests/{id}/withdraw.
func (s *Server) WithdrawRequest(ctx context.Context, request api.WithdrawRequestRequestObject) (api.WithdrawRequestResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	withdrawn, err := s.bank.WithdrawRequest(ctx, scopeOf(ctx).caller, number, request.Id)
	if err != nil {
		return nil, err
	}
	return api.WithdrawRequest200JSONResponse(requestOf(withdrawn)), nil
}

// AdminListRequests answers GET /admin/requests.
func (s *Server) AdminListRequests(ctx context.Context, request api.AdminListRequestsRequestObject) (api.AdminListRequestsResponseObject, error) {
	page, err := s.bank.AdminListRequests(ctx, scopeOf(ctx).caller, bank.ListRequestsParams{
		Status: bank.RequestStatus(value(request.Params.Status)),
		Kind:   bank.RequestKind(value(request.Params.Kind)),
		Limit:  value(request.Params.Limit),
		Cursor: value(request.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return api.AdminListRequests200JSONResponse{
		Body:    api.StaffRequestPage{Data: each(page.Requests, staffRequestOf), Pending: page.Pending, NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.AdminListRequests200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// AdminGetRequest answers GET /admin/requests/{id}.
func (s *Server) AdminGetRequest(ctx context.Context, request api.AdminGetRequestRequestObject) (api.AdminGetRequestResponseObject, error) {
	found, err := s.bank.AdminGetRequest(ctx, scopeOf(ctx).caller, request.Id)
	if err != nil {
		return nil, err
	}
	return api.AdminGetRequest200JSONResponse(staffRequestOf(found)), nil
}

// ApproveRequest answers POST /admin/requests/{id}/approve.
func (s *Server) ApproveRequest(ctx context.Context, request api.ApproveRequestRequestObject) (api.ApproveRequestResponseObject, error) {
	decision, err := s.bank.ApproveRequest(ctx, scopeOf(ctx).caller, request.Id, value(request.Body.Note))
	if err != nil {
		return nil, err
	}
	answer := api.ApproveRequest200JSONResponse{Body: api.RequestDecision{Request: requestOf(decision.Request)}}
	if decision.PinReset != nil {
		answer.Body.PinReset = pointer(resetCodeOf(*decision.PinReset))
	}
	return answer, nil
}

// RejectRequest answers POST /admin/requests/{id}/reject.
func (s *Server) RejectRequest(ctx context.Context, request api.RejectRequestRequestObject) (api.RejectRequestResponseObject, error) {
	rejected, err := s.bank.RejectRequest(ctx, scopeOf(ctx).caller, request.Id, request.Body.Note)
	if err != nil {
		return nil, err
	}
	return api.RejectRequest200JSONResponse{Body: requestOf(rejected)}, nil
}

// SetAccountRole answers PUT /admin/accounts/{account_number}/role.
func (s *Server) SetAccountRole(ctx context.Context, request api.SetAccountRoleRequestObject) (api.SetAccountRoleResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	asked, err := s.bank.SetAccountRole(ctx, scopeOf(ctx).caller, number, auth.Role(request.Body.Role))
	if err != nil {
		return nil, err
	}
	return api.SetAccountRole202JSONResponse{
		Body: requestOf(asked), Headers: api.SetAccountRole202ResponseHeaders{Location: s.requestLink(asked.ID)},
	}, nil
}

// IssuePinReset answers POST /admin/accounts/{account_number}/pin-reset.
func (s *Server) IssuePinReset(ctx context.Context, request api.IssuePinResetRequestObject) (api.IssuePinResetResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	reset, err := s.auth.IssuePinReset(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.IssuePinReset201JSONResponse{Body: resetCodeOf(reset)}, nil
}

// movementAsked is the answer to a deposit or a withdrawal that needs approval.
type movementAsked api.Deposit202JSONResponse

func (s *Server) movementAsked(r bank.Receipt) movementAsked {
	return movementAsked{
		Body:    requestOf(*r.Request),
		Headers: api.Deposit202ResponseHeaders{Location: s.requestLink(r.Request.ID), IdempotentReplayed: nilIfZero(r.Replayed)},
	}
}

// VisitDepositResponse writes the answer to a deposit.
func (m movementAsked) VisitDepositResponse(w http.ResponseWriter) error {
	return api.Deposit202JSONResponse(m).VisitDepositResponse(w)
}

// VisitWithdrawResponse writes the answer to a withdrawal.
func (m movementAsked) VisitWithdrawResponse(w http.ResponseWriter) error {
	return m.VisitDepositResponse(w)
}

func (s *Server) requestLink(id uuid.UUID) string { return s.link("/admin/requests/" + id.String()) }

func (s *Server) ownRequestLink(account ledger.AccountNumber, id uuid.UUID) string {
	return s.link("/accounts/" + account.String() + "/requests/" + id.String())
}

func requestOf(r bank.Request) api.ServiceRequest {
	answer := api.ServiceRequest{
		Id:            r.ID,
		Kind:          api.ServiceRequestKind(r.Kind),
		AccountNumber: r.Account.String(),
		Wanted:        wantedOf(r.Wanted),
		Note:          r.Note,
		Status:        api.ServiceRequestStatus(r.Status),
		RequestedBy:   api.ServiceRequestRequestedBy(r.AskedBy),
		CreatedAt:     ledger.FormatTime(r.CreatedAt),
		ExpiresAt:     ledger.FormatTime(r.ExpiresAt),
		DecisionNote:  nilIfZero(r.DecisionNote),
		TransactionId: nilIfZero(r.Transaction),
	}
	if !r.DecidedAt.IsZero() {
		answer.DecidedAt = pointer(ledger.FormatTime(r.DecidedAt))
	}
	return answer
}

func wantedOf(w bank.Wanted) api.RequestWanted {
	answer := api.RequestWanted{
		PerTransfer: (*int64)(w.PerTransfer), Daily: (*int64)(w.Daily), Monthly: (*int64)(w.Monthly),
		Name: nilIfZero(w.Name), Role: nilIfZero(api.Role(w.Role)), Amount: nilIfZero(int64(w.Amount)), Description: nilIfZero(w.Description),
		Via: nilIfZero(w.Via),
	}
	if w.SweepTo != 0 {
		answer.SweepTo = pointer(w.SweepTo.String())
	}
	return answer
}

func staffRequestOf(l bank.ListedRequest) api.StaffRequest {
	r := requestOf(l.Request)
	return api.StaffRequest{
		Id: r.Id, Kind: r.Kind, AccountNumber: r.AccountNumber, Wanted: r.Wanted, Note: r.Note, Status: r.Status,
		RequestedBy: api.StaffRequestRequestedBy(r.RequestedBy), CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, DecidedAt: r.DecidedAt,
		DecisionNote: r.DecisionNote, TransactionId: r.TransactionId, AccountHolderName: l.Holder,
		RequestedByName: nilIfZero(l.Requester), DecidedByName: nilIfZero(l.Decider), MayDecide: l.MayDecide,
		MayWithdraw: l.MayWithdraw,
	}
}

func resetCodeOf(r auth.PinReset) api.PinResetCode {
	return api.PinResetCode{AccountNumber: r.Account.String(), Code: r.Code, ExpiresAt: ledger.FormatTime(r.ExpiresAt)}
}
