package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// A session's cookie holds its refresh token. Browsers keep one cookie jar for all ports of a host, and over https our cookies are for
// all its paths, so the cookie's name contains the bank's instance: two banks on one host leave each other's cookies alone. The
// instance is derived from SECRET_KEY. While that is being replaced, cookies of both are read, and the next answer moves them to the
// one in use.

// refuseCrossSite keeps other sites from using a visitor's cookie, beyond what SameSite does. Programs send neither Sec-Fetch-Site nor
// Origin, so it does not affect them.
func refuseCrossSite(ctx context.Context) error {
	if err := scopeOf(ctx).crossSite; err != nil {
		return &problem{code: "forbidden", detail: "A cookie session takes no requests from another site.", cause: err}
	}
	return nil
}

// The kinds of cookies.
const (
	refreshCookie = "refresh"
	deviceCookie  = "device"
)

// cookieNames returns the names under which a kind of cookie is read; it is set under the first. Over https they have the prefix that
// binds a cookie to its host: browsers accept it from no other host, and only with Secure and for all paths.
func (s *Server) cookieNames(kind string, https bool) []string {
	prefix := "bankcore_" + kind + "_"
	if https {
		prefix = "__Host-" + prefix
	}
	names := s.auth.Instances()
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

// setCookie sets a token's cookie for its lifetime; without a token, it removes the cookie. It also removes cookies that the request
// has under our other names: a browser must not keep the tokens of two sessions.
func (s *Server) setCookie(ctx context.Context, kind, token string, lifetime time.Duration) {
	at := scopeOf(ctx)
	names := s.cookieNames(kind, at.https)
	maxAge := int(lifetime.Seconds())
	if token == "" {
		maxAge = -1
	}
	at.header.Add(echo.HeaderSetCookie, s.cookie(ctx, names[0], token, maxAge).String())
	for _, earlier := range names[1:] {
		if len(at.request.CookiesNamed(earlier)) > 0 {
			at.header.Add(echo.HeaderSetCookie, s.cookie(ctx, earlier, "", -1).String())
		}
	}
}

func (s *Server) cookie(ctx context.Context, name, token string, maxAge int) *http.Cookie {
	https := scopeOf(ctx).https
	cookie := &http.Cookie{ //nolint:gosec // Secure over https; over http a browser would drop the cookie
		Name:     name,
		Value:    token,
		Path:     s.link("/auth"),
		MaxAge:   maxAge,
		HttpOnly: true,
		Secure:   https,
		SameSite: http.SameSiteStrictMode,
	}
	if https {
		cookie.Path = "/"
	}
	return cookie
}

// cookies returns the request's cookies of a kind, under the first of its names that the request has.
func (s *Server) cookies(ctx context.Context, kind string) []*http.Cookie {
	at := scopeOf(ctx)
	for _, name := range s.cookieNames(kind, at.https) {
		if cookies := at.request.CookiesNamed(name); len(cookies) > 0 {
			return cookies
		}
	}
	return nil
}

// onDevice returns the caller with what the device's cookie proves. A cookie that is not ours, or comes twice, proves nothing.
func (s *Server) onDevice(ctx context.Context) auth.Caller {
	caller := scopeOf(ctx).caller
	if found := s.cookies(ctx, deviceCookie); len(found) == 1 {
		caller.Device = s.auth.KnownDevice(found[0].Value)
	}
	return caller
}

// rememberDevice gives the client's next sign-in to the account a place that a flood of other clients cannot take.
func (s *Server) rememberDevice(ctx context.Context, number ledger.AccountNumber) error {
	token, err := s.auth.IssueDevice(number)
	if err == nil {
		s.setCookie(ctx, deviceCookie, token, auth.DeviceLifetime)
	}
	return err
}

// sessionCookie returns the refresh token in the request's cookie, or "" if there is none. If two cookies share a name, one may come
// from another host of the domain and nothing says which, so neither is accepted.
func (s *Server) sessionCookie(ctx context.Context) (string, error) {
	switch cookies := s.cookies(ctx, refreshCookie); len(cookies) {
	case 0:
		return "", nil
	case 1:
		return cookies[0].Value, nil
	}
	return "", invalidRequest(fieldError("header/Cookie", "holds the session's cookie more than once"))
}
