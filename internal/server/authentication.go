package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Login answers POST /auth/login.
func (s *Server) Login(ctx context.Context, request api.LoginRequestObject) (api.LoginResponseObject, error) {
	inCookie := value(request.Body.Session) == api.SessionKindCookie
	if inCookie {
		if err := refuseCrossSite(ctx); err != nil {
			return nil, err
		}
	}
	number, err := ledger.ParseAccountNumber(request.Body.AccountNumber)
	if err != nil {
		return nil, err
	}
	tokens, err := s.auth.Login(ctx, s.onDevice(ctx), auth.LoginParams{
		Account: number, Pin: request.Body.Pin, Code: value(request.Body.Code),
	})
	if err != nil {
		return nil, err
	}
	answer := s.issued(ctx, tokens, inCookie)
	if inCookie {
		err = s.rememberDevice(ctx, number)
	}
	return api.Login200JSONResponse{TokensIssuedJSONResponse: answer}, err
}

// ResetPin answers POST /auth/reset-pin.
func (s *Server) ResetPin(ctx context.Context, request api.ResetPinRequestObject) (api.ResetPinResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.Body.AccountNumber)
	if err != nil {
		return nil, err
	}
	err = s.auth.ResetPin(ctx, s.onDevice(ctx), auth.ResetPinParams{
		Account: number, Code: request.Body.Code, New: request.Body.NewPin,
	})
	if err != nil {
		return nil, err
	}
	return api.ResetPin204Response{}, nil
}

// RefreshTokens answers POST /auth/refresh. Without a body, the token is in the session's cookie, and the new one is set there too.
func (s *Server) RefreshTokens(ctx context.Context, request api.RefreshTokensRequestObject) (api.RefreshTokensResponseObject, error) {
	// Without a body, the generated code passes an empty one; the contract does not allow an empty token.
	inCookie := request.Body == nil || request.Body.RefreshToken == ""
	var token string
	if inCookie {
		if err := refuseCrossSite(ctx); err != nil {
			return nil, err
		}
		var err error
		if token, err = s.sessionCookie(ctx); err != nil {
			return nil, err
		}
		if token == "" {
			return nil, &problem{code: "unauthenticated", detail: "Send a refresh token, in the body or in the session cookie."}
		}
	} else {
		token = request.Body.RefreshToken
	}
	tokens, err := s.auth.RefreshTokens(ctx, scopeOf(ctx).caller, token)
	if err != nil {
		return nil, err
	}
	return api.RefreshTokens200JSONResponse{TokensIssuedJSONResponse: s.issued(ctx, tokens, inCookie)}, nil
}

// Logout answers POST /auth/logout.
func (s *Server) Logout(ctx context.Context, request api.LogoutRequestObject) (api.LogoutResponseObject, error) {
	inCookie := len(s.cookies(ctx, refreshCookie)) > 0
	if inCookie {
		if err := refuseCrossSite(ctx); err != nil {
			return nil, err
		}
	}
	token := ""
	if request.Body != nil {
		token = value(request.Body.RefreshToken)
	}
	if err := s.auth.Logout(ctx, scopeOf(ctx).caller, token); err != nil {
		return nil, err
	}
	if inCookie {
		s.setCookie(ctx, refreshCookie, "", 0)
	}
	return api.Logout204Response{}, nil
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
	state, err := s.auth.CheckSession(ctx, token)
	if err != nil {
		return nil, err
	}
	return api.CheckSession200JSONResponse{
		SignedIn: state.SignedIn, Role: nilIfZero(api.Role(state.Role)), RoleRequires: requirementsOf(state.Lacks),
	}, nil
}

// ListSessions answers GET /auth/sessions.
func (s *Server) ListSessions(ctx context.Context, _ api.ListSessionsRequestObject) (api.ListSessionsResponseObject, error) {
	sessions, err := s.auth.ListSessions(ctx, scopeOf(ctx).caller)
	if err != nil {
		return nil, err
	}
	return api.ListSessions200JSONResponse{Data: each(sessions, sessionOf)}, nil
}

// EndOtherSessions answers DELETE /auth/sessions.
func (s *Server) EndOtherSessions(ctx context.Context, _ api.EndOtherSessionsRequestObject) (api.EndOtherSessionsResponseObject, error) {
	if err := s.auth.EndOtherSessions(ctx, scopeOf(ctx).caller); err != nil {
		return nil, err
	}
	return api.EndOtherSessions204Response{}, nil
}

// EndSession answers DELETE /auth/sessions/{id}.
func (s *Server) EndSession(ctx context.Context, request api.EndSessionRequestObject) (api.EndSessionResponseObject, error) {
	if err := s.auth.EndSession(ctx, scopeOf(ctx).caller, request.Id); err != nil {
		return nil, err
	}
	return api.EndSession204Response{}, nil
}

func (s *Server) issued(ctx context.Context, tokens auth.Tokens, inCookie bool) api.TokensIssuedJSONResponse {
	response := api.TokensIssuedJSONResponse{
		Body: api.TokenPair{
			AccessToken:      tokens.Access,
			TokenType:        api.Bearer,
			ExpiresIn:        int(tokens.AccessExpiresIn.Seconds()),
			RefreshToken:     &tokens.Refresh,
			RefreshExpiresIn: int(tokens.SessionExpiresIn.Seconds()),
			AccountNumber:    tokens.Account.String(),
			Role:             api.Role(tokens.Role),
			RoleRequires:     requirementsOf(tokens.Lacks),
		},
		Headers: api.TokensIssuedResponseHeaders{CacheControl: pointer("no-store")},
	}
	if tokens.IdleExpiresIn > 0 {
		response.Body.IdleExpiresIn = pointer(int(tokens.IdleExpiresIn.Seconds()))
	}
	if inCookie {
		response.Body.RefreshToken = nil
		s.setCookie(ctx, refreshCookie, tokens.Refresh, tokens.SessionExpiresIn)
	}
	return response
}

func requirementsOf(lacks []auth.Requirement) *api.RoleRequirements {
	if len(lacks) == 0 {
		return nil
	}
	return pointer(each(lacks, func(r auth.Requirement) api.RoleRequirement { return api.RoleRequirement(r) }))
}

func sessionOf(session auth.Session) api.Session {
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
