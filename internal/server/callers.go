package server

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/bank"
)

const adminKeyHeader = "X-Admin-Key"

// authenticate finds out who is calling, by the schemes that the contract lists for the operation. The bank decides what the caller may do.
func (s *Server) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		if at.operation == nil || at.operation.public() || at.anonymous() {
			return next(c)
		}
		var err error
		if at.caller, err = s.callerOf(c, at); err != nil {
			return err
		}
		return next(c)
	}
}

// anonymous reports whether the request came without credentials to an operation that does not insist on them.
func (at *scope) anonymous() bool {
	return at.operation.optional && len(at.request.Header.Values(echo.HeaderAuthorization)) == 0
}

func (s *Server) callerOf(c echo.Context, at *scope) (bank.Caller, error) {
	header := c.Request().Header
	// If an admin key is present it must be right, whatever else is sent: a wrong one is never ignored.
	if keys := header.Values(adminKeyHeader); at.operation.adminKey && len(keys) > 0 {
		return s.checkAdminKey(c.Request().Context(), at, strings.Join(keys, ", ")) // RFC 9110, section 5.3: a header sent twice matches neither value
	}
	scheme, token, _ := strings.Cut(header.Get(echo.HeaderAuthorization), " ")
	if !at.operation.bearer || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return bank.Caller{}, &problem{code: "unauthenticated", detail: `Send an access token, as "Authorization: Bearer ...".`}
	}
	return s.bank.Authenticate(c.Request().Context(), at.caller, token)
}

func (s *Server) checkAdminKey(ctx context.Context, at *scope, key string) (caller bank.Caller, err error) {
	admission, right := s.adminKeys.try(at.address, func() bool {
		caller, err = s.bank.CheckAdminKey(at.caller, key)
		return err == nil
	})
	switch {
	case !admission.Accepted:
		s.metrics.adminKeyRefused.WithLabelValues("limited").Inc()
		return bank.Caller{}, tooManyRequests(retryAfter(admission))
	case !right:
		s.metrics.adminKeyRefused.WithLabelValues("wrong").Inc()
		if unrecorded := s.bank.RecordRefusedAdminKey(ctx, at.caller); unrecorded != nil {
			return bank.Caller{}, unrecorded
		}
	}
	return caller, err
}
