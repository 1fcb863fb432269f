package server

import "github.com/labstack/echo/v4"

// limitByAddress counts requests of clients who need not sign in, before their request costs anything.
func (s *Server) limitByAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, false, func(at *scope) string { return addressKey(at.address) })
}

// limitByAccount counts requests of the account that is signed in.
func (s *Server) limitByAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, true, func(at *scope) string { return at.caller.Account.String() })
}

func (s *Server) limit(next echo.HandlerFunc, byAccount bool, key func(at *scope) string) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		if at.operation == nil || at.operation.limiter == nil || at.operation.limiter.byAccount != byAccount {
			return next(c)
		}
		if err := at.operation.limiter.admit(c, key(at)); err != nil {
			return err
		}
		return next(c)
	}
}

// admit counts a request and tells the client where it stands.
func (l *operationLimiter) admit(c echo.Context, key string) error {
	if l.limit.Off() {
		return nil
	}
	decision := l.take(key)
	header := c.Response().Header()
	header.Set("RateLimit-Policy", l.policy)
	header.Set("RateLimit", l.header(decision))
	if !decision.allowed {
		return tooManyRequests(decision.retryAfter())
	}
	return nil
}
