package server

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ratelimit"
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

func (s *Server) callerOf(c echo.Context, at *scope) (auth.Caller, error) {
	if at.caller.Client != nil {
		return at.caller, nil // see authenticateClient
	}
	header := c.Request().Header
	// If an admin key is present it must be right, whatever else is sent: a wrong one is never ignored.
	if keys := header.Values(adminKeyHeader); at.operation.adminKey && len(keys) > 0 {
		return s.checkAdminKey(c.Request().Context(), at, strings.Join(keys, ", ")) // RFC 9110, section 5.3: a header sent twice matches neither value
	}
	scheme, token, _ := strings.Cut(header.Get(echo.HeaderAuthorization), " ")
	if !at.operation.bearer || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return auth.Caller{}, &problem{code: "unauthenticated", detail: `Send an access token, as "Authorization: Bearer ...".`}
	}
	return s.auth.Authenticate(c.Request().Context(), at.caller, token)
}

func (s *Server) checkAdminKey(ctx context.Context, at *scope, key string) (caller auth.Caller, err error) {
	admission, right := s.adminKeys.try(at.address, func() bool {
		caller, err = s.auth.CheckAdminKey(at.caller, key)
		return err == nil
	})
	switch {
	case !admission.Accepted:
		s.metrics.adminKeyRefused.WithLabelValues("limited").Inc()
		return auth.Caller{}, tooManyRequests(retryAfter(admission))
	case !right:
		s.metrics.adminKeyRefused.WithLabelValues("wrong").Inc()
		if unrecorded := s.auth.RecordRefusedAdminKey(ctx, at.caller); unrecorded != nil {
			return auth.Caller{}, unrecorded
		}
	}
	return caller, err
}

const (
	// adminKeyTotal is the quota of wrong admin keys for all clients together, as a multiple of one client's.
	adminKeyTotal = 12
	// provenNetworks bounds how many networks are remembered, and provenFor for how long.
	provenNetworks = 1024
	provenFor      = 24 * time.Hour
)

// adminKeyGuard bounds how often the admin key can be guessed. Only wrong keys count. A client that has used up its own quota or its
// network's is refused before its key is compared. Once the quota of all clients together is used up, every client is refused, except
// from networks that sent the right key within the last day: a flood of guesses does not shut the operator out.
type adminKeyGuard struct {
	mu     sync.Mutex // no two guesses may see the same count
	client *ratelimit.Local
	total  *ratelimit.Table
	proven *lru.Cache[netip.Prefix, time.Time]
	now    func() time.Time
}

func newAdminKeyGuard(limit ratelimit.Limit, now func() time.Time) *adminKeyGuard {
	all := ratelimit.Limit{Requests: adminKeyTotal * limit.Requests, Window: limit.Window}
	proven, err := lru.New[netip.Prefix, time.Time](provenNetworks)
	if err != nil {
		panic(err) // only if the size is not positive
	}
	return &adminKeyGuard{
		client: ratelimit.NewLocal("admin key", limit, now), total: ratelimit.NewTable("admin keys", all, 1, now), proven: proven, now: now,
	}
}

// try compares a client's key unless a quota is used up, and counts a wrong one.
func (g *adminKeyGuard) try(from netip.Addr, compare func() bool) (ratelimit.Admission, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, everyone := ratelimit.ByAddress(from), ratelimit.ByKey("all")
	if admission := g.client.Peek(c); !admission.Accepted {
		return admission, false
	}
	if admission := g.total.Peek(everyone); !admission.Accepted && !g.isProven(c) {
		return admission, false
	}
	if compare() {
		g.proven.Add(c.Nearest(), g.now())
		return ratelimit.Admission{Accepted: true}, true
	}
	g.client.Take(c)
	g.total.Take(everyone)
	return ratelimit.Admission{Accepted: true}, false
}

func (g *adminKeyGuard) isProven(c ratelimit.Client) bool {
	since, known := g.proven.Get(c.Nearest())
	return known && g.now().Sub(since) < provenFor
}
