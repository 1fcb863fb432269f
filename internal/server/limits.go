package server

import (
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// operationLimiter is a limit of the contract: what it counts, and where.
type operationLimiter struct {
	name      string
	limit     ratelimit.Limit
	policy    []string // the RateLimit-Policy header: "login";q=5;w=60
	byAccount bool     // else by the client's address
	counter   ratelimit.Counter
}

func newOperationLimiter(name string, limit ratelimit.Limit, byAccount bool, by ratelimit.Counter) *operationLimiter {
	policy := fmt.Sprintf(`"%s";q=%d;w=%d`, name, limit.Requests, wholeSeconds(limit.Window))
	return &operationLimiter{name: name, limit: limit, policy: []string{policy}, byAccount: byAccount, counter: by}
}

// limiters returns the limits of the contract by name.
func (s *Server) limiters(limits ratelimit.Limits, shared bool) (map[string]*operationLimiter, error) {
	if err := limits.Check(); err != nil {
		return nil, err
	}
	limiters := map[string]*operationLimiter{}
	for _, d := range ratelimit.Definitions() {
		limit := limits[d.Name]
		local := ratelimit.NewLocal(d.Name, limit, s.now)
		var by ratelimit.Counter = local
		if shared {
			by = ratelimit.NewShared(local, s.bank, d.Name, limit)
		}
		limiters[d.Name] = newOperationLimiter(d.Name, limit, d.ByAccount, by)
	}
	return limiters, nil
}

// refuseEarly refuses clients whose address has used up its quota, before their request costs anything. It counts nothing, so a
// request that does not match the contract takes no place in a table.
func (s *Server) refuseEarly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		limiter := at.limiter(false)
		if limiter == nil {
			return next(c)
		}
		if admission := limiter.counter.Peek(ratelimit.ByAddress(at.address)); !admission.Accepted {
			return limiter.tell(c, admission)
		}
		return next(c)
	}
}

// limitByAddress counts requests of clients who need not sign in, before a secret is compared or the database is used.
func (s *Server) limitByAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, false, func(at *scope) ratelimit.Client { return ratelimit.ByAddress(at.address) })
}

// limitByAccount counts requests by the customer who is signed in, whichever of their accounts a request is about.
func (s *Server) limitByAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, true, func(at *scope) ratelimit.Client { return ratelimit.ByKey(at.caller.Customer.String()) })
}

func (s *Server) limit(next echo.HandlerFunc, byAccount bool, who func(at *scope) ratelimit.Client) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		limiter := at.limiter(byAccount)
		if limiter == nil {
			return next(c)
		}
		// A request that cannot be counted is refused.
		admission, err := limiter.counter.Count(c.Request().Context(), who(at))
		if err != nil {
			return err
		}
		if err := limiter.tell(c, admission); err != nil {
			return err
		}
		return next(c)
	}
}

// limiter returns the operation's limit, if it has one that is on and counts the given kind: accounts or addresses.
func (at *scope) limiter(byAccount bool) *operationLimiter {
	if at.operation == nil || at.operation.limiter == nil {
		return nil
	}
	if !byAccount && at.operation.optional && !at.anonymous() {
		return nil // the caller can be told from others at the same address, and a token that is not right leads nowhere
	}
	if limiter := at.operation.limiter; limiter.byAccount == byAccount && !limiter.limit.Off() {
		return limiter
	}
	return nil
}

// tell writes the client's quota into the headers, and returns the refusal if the request is over it.
func (l *operationLimiter) tell(c echo.Context, admission ratelimit.Admission) error {
	header := c.Response().Header()
	// The names as http.Header writes them; HTTP does not distinguish cases.
	header["Ratelimit-Policy"], header["Ratelimit"] = l.policy, []string{l.standing(admission)}
	if !admission.Accepted {
		return tooManyRequests(retryAfter(admission))
	}
	return nil
}

// standing returns the RateLimit header: "login";r=4;t=31.
func (l *operationLimiter) standing(a ratelimit.Admission) string {
	return `"` + l.name + `";r=` + strconv.Itoa(a.Remaining) + ";t=" + strconv.FormatInt(wholeSeconds(a.Reset), 10)
}

// retryAfter returns the Retry-After header in seconds: at least 1, so that no client retries in a tight loop.
func retryAfter(a ratelimit.Admission) string { return fmt.Sprint(max(1, wholeSeconds(a.Reset))) }

// wholeSeconds rounds up: a client that waits as long as it is told must never be a fraction of a second early.
func wholeSeconds(d time.Duration) int64 { return max(0, int64((d+time.Second-1)/time.Second)) }
