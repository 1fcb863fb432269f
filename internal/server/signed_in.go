package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// ListSessions answers GET /auth/sessions.
func (s *Server) ListSessions(ctx context.Context, _ api.ListSessionsRequestObject) (api.ListSessionsResponseObject, error) {
	sessions, err := s.bank.ListSessions(ctx, scopeOf(ctx).caller)
	if err != nil {
		return nil, err
	}
	return api.ListSessions200JSONResponse{Data: each(sessions, sessionOf)}, nil
}

func sessionOf(session bank.Session) api.Session {
	return api.Session{
		Id:            session.ID,
		UserAgent:     session.UserAgent,
		ClientAddress: session.Address,
		CreatedAt:     ledger.FormatTime(session.CreatedAt),
		LastUsedAt:    ledger.FormatTime(session.LastUsedAt),
		ExpiresAt:     ledger.FormatTime(session.ExpiresAt),
		IsCurrent:     session.Current,
	}
}

// EndSession answers DELETE /auth/sessions/{id}.
func (s *Server) EndSession(ctx context.Context, request api.EndSessionRequestObject) (api.EndSessionResponseObject, error) {
	if err := s.bank.EndSession(ctx, scopeOf(ctx).caller, request.Id); err != nil {
		return nil, err
	}
	return api.EndSession204Response{}, nil
}

// EndOtherSessions answers DELETE /auth/sessions.
func (s *Server) EndOtherSessions(ctx context.Context, _ api.EndOtherSessionsRequestObject) (api.EndOtherSessionsResponseObject, error) {
	if err := s.bank.EndOtherSessions(ctx, scopeOf(ctx).caller); err != nil {
		return nil, err
	}
	return api.EndOtherSessions204Response{}, nil
}

// CheckSession answers GET /auth/session.
func (s *Server) CheckSession(ctx context.Context, _ api.CheckSessionRequestObject) (api.CheckSessionResponseObject, error) {
	token, err := s.sessionCookie(ctx)
	if err != nil {
		return nil, err
	}
	if token == "" {
		return api.CheckSession200JSONResponse{}, nil
	}
	state, err := s.bank.CheckSession(ctx, token)
	if err != nil {
		return nil, err
	}
	return api.CheckSession200JSONResponse{
		SignedIn: state.SignedIn, Role: nilIfZero(api.Role(state.Role)), RoleRequires: requirementsOf(state.Lacks),
	}, nil
}
