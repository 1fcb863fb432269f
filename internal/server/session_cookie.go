package server

import (
	"context"
	"net/http"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
)

// A session's cookie holds its refresh token. Browsers keep one jar for all ports of a host, and for all paths if a page asks
// for it, so the name carries the bank's instance: two banks beside each other leave each other's cookie alone.

// refuseCrossSite keeps other sites from using a visitor's cookie, beyond what SameSite does. Programs, which send neither
// Sec-Fetch-Site nor Origin, are not concerned.
func (s *Server) refuseCrossSite(ctx context.Context) error {
	if err := s.crossSite.Check(scopeOf(ctx).request); err != nil {
		return &problem{code: "forbidden", detail: "A cookie session takes no requests from another site.", cause: err}
	}
	return nil
}

// The kinds of cookies.
const (
	refreshCookie = "refresh"
	deviceCookie  = "device"
)

// cookieName has, over https, the prefix that binds a cookie to this very host: browsers take it from no other, and only with
// Secure and for all paths.
func (s *Server) cookieName(kind string, https bool) string {
	name := "bankcore_" + kind + "_" + s.bank.Instance()
	if https {
		return "__Host-" + name
	}
	return name
}

// cookieFor carries a token for as long as it may live; without one, it takes the cookie away.
func (s *Server) cookieFor(ctx context.Context, kind, token string, lifetime time.Duration) *http.Cookie {
	https := scopeOf(ctx).https
	cookie := &http.Cookie{ //nolint:gosec // Secure over https; over http a browser would drop the cookie
		Name:     s.cookieName(kind, https),
		Value:    token,
		Path:     s.link("/auth"),
		MaxAge:   int(lifetime.Seconds()),
		HttpOnly: true,
		Secure:   https,
		SameSite: http.SameSiteStrictMode,
	}
	if https {
		cookie.Path = "/"
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

func (s *Server) cookies(ctx context.Context, kind string) []*http.Cookie {
	at := scopeOf(ctx)
	return at.request.CookiesNamed(s.cookieName(kind, at.https))
}

// onDevice is the caller with what the device's cookie says of it. A cookie that is not ours, or comes twice, says nothing.
func (s *Server) onDevice(ctx context.Context) bank.Caller {
	caller := scopeOf(ctx).caller
	if found := s.cookies(ctx, deviceCookie); len(found) == 1 {
		caller.Device = s.bank.KnownDevice(found[0].Value)
	}
	return caller
}

// rememberDevice lets the client's next sign-in to the account find a place while others crowd in.
func (s *Server) rememberDevice(ctx context.Context, number bank.AccountNumber) error {
	token, err := s.bank.IssueDevice(number)
	if err == nil {
		s.setCookie(ctx, s.cookieFor(ctx, deviceCookie, token, bank.DeviceLifetime))
	}
	return err
}

func (s *Server) setCookie(ctx context.Context, cookie *http.Cookie) {
	scopeOf(ctx).header.Add("Set-Cookie", cookie.String())
}

// sessionCookie is the refresh token in the request's cookie, or "" without one. Of two cookies of one name, one may come from
// another host of the domain, and nothing says which: neither is taken.
func (s *Server) sessionCookie(ctx context.Context) (string, error) {
	switch cookies := s.cookies(ctx, refreshCookie); len(cookies) {
	case 0:
		return "", nil
	case 1:
		return cookies[0].Value, nil
	}
	return "", invalidRequest(fieldError("header/Cookie", "holds the session's cookie more than once"))
}
