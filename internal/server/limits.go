package server

import (
	"context"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/bank"
)

// Limits are the quotas of the contract.
type Limits struct {
	Register, Deposit, Withdraw, Transfer, Login, Refresh, Payee, Statement Limit
}

// counter counts the accepted requests of one limit by key.
type counter interface {
	count(ctx context.Context, key string) (bank.Admission, error)
}

// sharedCounter counts for all servers on the bank's database.
type sharedCounter struct {
	bank  *bank.Bank
	name  string
	limit Limit
}

func (s *sharedCounter) count(ctx context.Context, key string) (bank.Admission, error) {
	return s.bank.CountRequest(ctx, s.name, key, s.limit)
}

// limiterCapacity bounds the clients or accounts that one limit remembers in this process. Full, with 20 requests each, it
// takes 51 MB.
const limiterCapacity = 1 << 17

// operationLimiter is a limit of the contract, whom it counts, and where.
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

// limiters are the limits of the contract by name.
func (s *Server) limiters(limits Limits, shared bool) map[string]*operationLimiter {
	limiters := map[string]*operationLimiter{}
	add := func(name string, limit Limit, byAccount bool) {
		var by counter = &sharedCounter{bank: s.bank, name: name, limit: limit}
		if !shared {
			by = newRateLimiter(name, limit, limiterCapacity, s.now)
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
	return limiters
}

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

// admit counts a request and tells the client where it stands. One that cannot be counted is not let through.
func (l *operationLimiter) admit(c echo.Context, key string) error {
	if l.limit.Off() {
		return nil
	}
	admission, err := l.counter.count(c.Request().Context(), key)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("RateLimit-Policy", l.policy)
	header.Set("RateLimit", l.standing(admission))
	if !admission.Accepted {
		return tooManyRequests(retryAfter(admission))
	}
	return nil
}

// standing is the RateLimit header: "login";r=4;t=31.
func (l *operationLimiter) standing(a bank.Admission) string {
	return fmt.Sprintf(`"%s";r=%d;t=%d`, l.name, a.Remaining, wholeSeconds(a.Reset))
}

// retryAfter is the Retry-After header in seconds, at least 1 so that no client retries in a tight loop.
func retryAfter(a bank.Admission) string { return fmt.Sprint(max(1, wholeSeconds(a.Reset))) }

// wholeSeconds rounds up: a client that waits as told must never be a fraction of a second early.
func wholeSeconds(d time.Duration) int64 { return max(0, int64((d+time.Second-1)/time.Second)) }
