package server

import (
	"context"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/bank"
)

// Limits holds the quotas of the contract.
type Limits struct {
	Register, Deposit, Withdraw, Transfer, Login, Refresh, Payee, Statement, Read Limit

	AdminKey Limit // of wrong admin keys by address; not named in the contract
}

// counter counts the accepted requests of one limit, by client.
type counter interface {
	// peek reports whether a request would be refused, as far as that is known at no cost. It counts nothing.
	peek(c client) bank.Admission
	count(ctx context.Context, c client) (bank.Admission, error)
}

// localCounter counts in this process. IPv6 has a table of its own, so that a flood of one family cannot fill the other's table.
type localCounter struct{ main, six *rateLimiter }

// limiterCapacity bounds how many clients or accounts one table remembers. A full table with 20 requests each takes 30 MB, and
// twice that if no two clients share a network.
const limiterCapacity = 1 << 16

func newLocalCounter(name string, limit Limit, now func() time.Time) *localCounter {
	table := func() *rateLimiter { return newRateLimiter(name, limit, limiterCapacity, now) }
	return &localCounter{main: table(), six: table()}
}

func (l *localCounter) table(c client) *rateLimiter {
	if c.is6() {
		return l.six
	}
	return l.main
}

func (l *localCounter) peek(c client) bank.Admission { return l.table(c).peek(c) }

// count never fails.
func (l *localCounter) count(_ context.Context, c client) (bank.Admission, error) {
	return l.table(c).take(c), nil
}

// sharedCounter counts for all servers on the bank's database. This process counts first, by client and by network. What it refuses
// costs the database nothing, so strangers cause no more writes than the quotas of their networks.
type sharedCounter struct {
	front *localCounter
	bank  *bank.Bank
	name  string
	limit Limit
}

func (s *sharedCounter) peek(c client) bank.Admission { return s.front.peek(c) }

func (s *sharedCounter) count(ctx context.Context, c client) (bank.Admission, error) {
	front := s.front.table(c)
	if local := front.take(c); !local.Accepted {
		return local, nil
	}
	admission, err := s.bank.CountRequest(ctx, s.name, c.key, s.limit)
	if !admission.Accepted { // also after an error
		front.cancel(c)
	}
	return admission, err
}

// operationLimiter is a limit of the contract: what it counts, and where.
type operationLimiter struct {
	name      string
	limit     Limit
	policy    string // the RateLimit-Policy header: "login";q=5;w=60
	byAccount bool   // else by the client's address
	counter   counter
}

func newOperationLimiter(name string, limit Limit, byAccount bool, by counter) *operationLimiter {
	policy := fmt.Sprintf(`"%s";q=%d;w=%d`, name, limit.Requests, wholeSeconds(limit.Window))
	return &operationLimiter{name: name, limit: limit, policy: policy, byAccount: byAccount, counter: by}
}

// limiters returns the limits of the contract by name.
func (s *Server) limiters(limits Limits, shared bool) map[string]*operationLimiter {
	limiters := map[string]*operationLimiter{}
	add := func(name string, limit Limit, byAccount bool) {
		local := newLocalCounter(name, limit, s.now)
		var by counter = local
		if shared {
			by = &sharedCounter{front: local, bank: s.bank, name: name, limit: limit}
		}
		limiters[name] = newOperationLimiter(name, limit, byAccount, by)
	}
	add("register", limits.Register, false)
	add("login", limits.Login, false)
	add("refresh", limits.Refresh, false)
	add("deposit", limits.Deposit, true)
	add("withdraw", limits.Withdraw, true)
	add("transfer", limits.Transfer, true)
	add("payee", limits.Payee, true)
	add("statement", limits.Statement, true)
	add("read", limits.Read, true)
	return limiters
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
		if admission := limiter.counter.peek(addressClient(at.address)); !admission.Accepted {
			return limiter.tell(c, admission)
		}
		return next(c)
	}
}

// limitByAddress counts requests of clients who need not sign in, before a secret is compared or the database is used.
func (s *Server) limitByAddress(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, false, func(at *scope) client { return addressClient(at.address) })
}

// limitByAccount counts requests by the account that is signed in.
func (s *Server) limitByAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return s.limit(next, true, func(at *scope) client { return client{key: at.caller.Account.String()} })
}

func (s *Server) limit(next echo.HandlerFunc, byAccount bool, who func(at *scope) client) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		limiter := at.limiter(byAccount)
		if limiter == nil {
			return next(c)
		}
		// A request that cannot be counted is refused.
		admission, err := limiter.counter.count(c.Request().Context(), who(at))
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
	if limiter := at.operation.limiter; limiter.byAccount == byAccount && !limiter.limit.Off() {
		return limiter
	}
	return nil
}

// tell writes the client's quota into the headers, and returns the refusal if the request is over it.
func (l *operationLimiter) tell(c echo.Context, admission bank.Admission) error {
	header := c.Response().Header()
	header.Set("RateLimit-Policy", l.policy)
	header.Set("RateLimit", l.standing(admission))
	if !admission.Accepted {
		return tooManyRequests(retryAfter(admission))
	}
	return nil
}

// standing returns the RateLimit header: "login";r=4;t=31.
func (l *operationLimiter) standing(a bank.Admission) string {
	return fmt.Sprintf(`"%s";r=%d;t=%d`, l.name, a.Remaining, wholeSeconds(a.Reset))
}

// retryAfter returns the Retry-After header in seconds: at least 1, so that no client retries in a tight loop.
func retryAfter(a bank.Admission) string { return fmt.Sprint(max(1, wholeSeconds(a.Reset))) }

// wholeSeconds rounds up: a client that waits as long as it is told must never be a fraction of a second early.
func wholeSeconds(d time.Duration) int64 { return max(0, int64((d+time.Second-1)/time.Second)) }
