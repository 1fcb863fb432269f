package server

import (
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// authenticateClient finds out which service client is calling, before anything else of its request is read, and counts the request for
// the key. A client has this limit in the place of the operations' own, which are for people and strangers.
func (s *Server) authenticateClient(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at, ctx := s.scope(c), c.Request().Context()
		key := at.clientKey()
		if key == "" {
			return next(c)
		}
		caller, err := s.auth.AuthenticateClient(ctx, at.caller, key)
		if err != nil {
			return err
		}
		at.caller = caller
		limiter := s.clientLimits.of(caller.Client.RateLimit)
		admission, err := limiter.counter.Count(ctx, ratelimit.ByKey(caller.Client.Key))
		if err != nil {
			return err
		}
		if err := limiter.tell(c, admission); err != nil {
			return err
		}
		return next(c)
	}
}

// clientKey returns the key of a service client that came in the place of an access token, or "".
func (at *scope) clientKey() string {
	if at.operation == nil || !at.operation.bearer {
		return ""
	}
	header := at.request.Header
	if at.operation.adminKey && len(header.Values(adminKeyHeader)) > 0 {
		return "" // the admin key decides, as it does beside a token
	}
	scheme, key, _ := strings.Cut(header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(key, credentials.ClientKeyPrefix) {
		return ""
	}
	return key
}

// clientLimits counts the requests of service clients' keys in this process. Keys with the same limit share a table.
type clientLimits struct {
	now func() time.Time

	mu       sync.Mutex
	limiters map[int]*operationLimiter // by requests a minute; only administrators can add one
}

func newClientLimits(now func() time.Time) *clientLimits {
	return &clientLimits{now: now, limiters: map[int]*operationLimiter{}}
}

// of returns the limiter of keys that may send so many requests a minute; 0 means the bank's own limit.
func (l *clientLimits) of(requests int) *operationLimiter {
	if requests == 0 {
		requests = auth.DefaultClientRateLimit
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter := l.limiters[requests]
	if limiter == nil {
		limit := ratelimit.Limit{Requests: requests, Window: time.Minute}
		limiter = newOperationLimiter("client", limit, false, ratelimit.NewLocal("client", limit, l.now))
		l.limiters[requests] = limiter
	}
	return limiter
}
