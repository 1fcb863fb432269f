package server

import (
	"context"
	"net/http"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
)

// Login answers POST /auth/login.
func (s *Server) Login(ctx context.Context, request api.LoginRequestObject) (api.LoginResponseObject, error) {
	inCookie := value(request.Body.Session) == api.SessionKindCookie
	if inCookie {
		if err := s.refuseCrossSite(ctx); err != nil {
			return nil, err
		}
	}
	number, err := bank.ParseAccountNumber(request.Body.AccountNumber)
	if err != nil {
		return nil, err
	}
	tokens, err := s.bank.Login(ctx, scopeOf(ctx).caller, bank.LoginParams{Account: number, Pin: request.Body.Pin})
	if err != nil {
		return nil, err
	}
	return api.Login200JSONResponse{TokensIssuedJSONResponse: issued(ctx, tokens, inCookie)}, nil
}

// ResetPin answers POST /auth/reset-pin.
func (s *Server) ResetPin(ctx context.Context, request api.ResetPinRequestObject) (api.ResetPinResponseObject, error) {
	number, err := bank.ParseAccountNumber(request.Body.AccountNumber)
	if err != nil {
		return nil, err
	}
	err = s.bank.ResetPin(ctx, scopeOf(ctx).caller, bank.ResetPinParams{
		Account: number, Code: request.Body.Code, New: request.Body.NewPin,
	})
	if err != nil {
		return nil, err
	}
	return api.ResetPin204Response{}, nil
}

// RefreshTokens answers POST /auth/refresh. Without a body the token is in the session's cookie, and the new one goes
// back there.
func (s *Server) RefreshTokens(ctx context.Context, request api.RefreshTokensRequestObject) (api.RefreshTokensResponseObject, error) {
	// Without a body, the generated code hands over an empty one; the contract lets no empty token through.
	inCookie := request.Body == nil || request.Body.RefreshToken == ""
	var token string
	if inCookie {
		if err := s.refuseCrossSite(ctx); err != nil {
			return nil, err
		}
		if token = sessionCookie(ctx); token == "" {
			return nil, &problem{code: "unauthenticated", detail: "Send a refresh token, in the body or in the session cookie."}
		}
	} else {
		token = request.Body.RefreshToken
	}
	tokens, err := s.bank.RefreshTokens(ctx, scopeOf(ctx).caller, token)
	if err != nil {
		return nil, err
	}
	return api.RefreshTokens200JSONResponse{TokensIssuedJSONResponse: issued(ctx, tokens, inCookie)}, nil
}

// Logout answers POST /auth/logout.
func (s *Server) Logout(ctx context.Context, request api.LogoutRequestObject) (api.LogoutResponseObject, error) {
	inCookie := sessionCookie(ctx) != ""
	if inCookie {
		if err := s.refuseCrossSite(ctx); err != nil {
			return nil, err
		}
	}
	token := ""
	if request.Body != nil {
		token = value(request.Body.RefreshToken)
	}
	if err := s.bank.Logout(ctx, scopeOf(ctx).caller, token); err != nil {
		return nil, err
	}
	response := api.Logout204Response{}
	if inCookie {
		response.Headers.SetCookie = pointer(cookieFor(ctx, "", 0).String())
	}
	return response, nil
}

// refuseCrossSite keeps other sites from using a visitor's cookie, beyond what SameSite does. Programs, which send neither
// Sec-Fetch-Site nor Origin, are not concerned.
func (s *Server) refuseCrossSite(ctx context.Context) error {
	if err := s.crossSite.Check(scopeOf(ctx).request); err != nil {
		return &problem{code: "forbidden", detail: "A cookie session takes no requests from another site.", cause: err}
	}
	return nil
}

func issued(ctx context.Context, tokens bank.Tokens, inCookie bool) api.TokensIssuedJSONResponse {
	response := api.TokensIssuedJSONResponse{
		Body: api.TokenPair{
			AccessToken:      tokens.Access,
			TokenType:        api.Bearer,
			ExpiresIn:        int(tokens.AccessExpiresIn.Seconds()),
			RefreshToken:     &tokens.Refresh,
			RefreshExpiresIn: int(tokens.SessionExpiresIn.Seconds()),
			AccountNumber:    tokens.Account.String(),
			Role:             api.Role(tokens.Role),
		},
		Headers: api.TokensIssuedResponseHeaders{CacheControl: pointer("no-store")},
	}
	if inCookie {
		response.Body.RefreshToken = nil
		response.Headers.SetCookie = pointer(cookieFor(ctx, tokens.Refresh, tokens.SessionExpiresIn).String())
	}
	return response
}

// cookieName has, over https, the prefix that makes browsers insist on Secure.
func cookieName(https bool) string {
	if https {
		return "__Secure-bankcore_refresh"
	}
	return "bankcore_refresh"
}

// cookieFor carries a refresh token for as long as it may live; without one, it takes the cookie away.
func cookieFor(ctx context.Context, token string, lifetime time.Duration) *http.Cookie {
	https := scopeOf(ctx).https
	cookie := &http.Cookie{ //nolint:gosec // Secure over https; over http a browser would drop the cookie
		Name:     cookieName(https),
		Value:    token,
		Path:     "/auth",
		MaxAge:   int(lifetime.Seconds()),
		HttpOnly: true,
		Secure:   https,
		SameSite: http.SameSiteStrictMode,
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

func sessionCookie(ctx context.Context) string {
	at := scopeOf(ctx)
	cookie, err := at.request.Cookie(cookieName(at.https))
	if err != nil {
		return ""
	}
	return cookie.Value
}
