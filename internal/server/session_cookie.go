package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/bank"
)

// A session's cookie holds its refresh token. Browsers keep one jar for all ports of a host, and for all paths if a page asks
// for it, so the name carries the bank's instance: two banks beside each other leave each other's cookie alone. The instance
// follows from SECRET_KEY. While one is replaced, cookies of each are read, and the next answer moves them to the one in use.

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

// cookieNames are those under which a kind of cookie is read; it is set under the first. Over https they have the prefix that
// binds a cookie to this very host: browsers take it from no other, and only with Secure and for all paths.
func (s *Server) cookieNames(kind string, https bool) []string {
	prefix := "bankcore_" + kind + "_"
	if https {
		prefix = "__Host-" + prefix
	}
	names := s.bank.Instances()
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

// setCookie hands out a token for as long as it may live; without one, it takes the cookie away. Cookies that the request has
// under other names of ours are taken away beside it: a browser must not keep two sessions' tokens.
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

// cookies are those of the first name of their kind that the request has any of.
func (s *Server) cookies(ctx context.Context, kind string) []*http.Cookie {
	at := scopeOf(ctx)
	for _, name := range s.cookieNames(kind, at.https) {
		if cookies := at.request.CookiesNamed(name); len(cookies) > 0 {
			return cookies
		}
	}
	return nil
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
		s.setCookie(ctx, deviceCookie, token, bank.DeviceLifetime)
	}
	return err
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
