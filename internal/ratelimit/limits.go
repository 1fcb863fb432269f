package ratelimit

import (
	"fmt"
	"time"
)

// Limits holds the limit of each name that an operation of the contract can have as x-rate-limit. Operations with one name share its quota.
type Limits map[string]Limit

// Definition describes one of these limits.
type Definition struct {
	Name      string
	Default   Limit
	ByAccount bool // counts the requests of the account that is signed in; otherwise those of the client's address
}

// definitions lists every limit of the contract. Those of wrong admin keys and of the metrics token are not among them: they count
// guesses and no operation's requests.
var definitions = []Definition{
	{Name: "register", Default: perMinute(10)},
	{Name: "login", Default: perMinute(5)},
	{Name: "refresh", Default: perMinute(10)},
	{Name: "deposit", Default: perMinute(20), ByAccount: true},
	{Name: "withdraw", Default: perMinute(20), ByAccount: true},
	{Name: "transfer", Default: perMinute(5), ByAccount: true},
	{Name: "bulk", Default: perMinute(10), ByAccount: true},
	{Name: "payee", Default: perMinute(20), ByAccount: true},
	{Name: "statement", Default: perMinute(10), ByAccount: true},
	{Name: "request", Default: perMinute(10), ByAccount: true},
	{Name: "decision", Default: perMinute(30), ByAccount: true},
	{Name: "manage", Default: perMinute(60), ByAccount: true},
	{Name: "read", Default: perMinute(300), ByAccount: true},
}

func perMinute(requests int) Limit { return Limit{Requests: requests, Window: time.Minute} }

// Definitions returns every limit of the contract. Callers must not change them.
func Definitions() []Definition { return definitions }

// Unlimited returns limits that are all off.
func Unlimited() Limits {
	limits := Limits{}
	for _, d := range definitions {
		limits[d.Name] = Limit{}
	}
	return limits
}

// Check returns an error unless the limits are those of the definitions: a limit that was forgotten or misspelt would silently be off.
func (l Limits) Check() error {
	for _, d := range definitions {
		if _, found := l[d.Name]; !found {
			return fmt.Errorf("the rate limit %q is missing", d.Name)
		}
	}
	if len(l) > len(definitions) {
		return fmt.Errorf("of %d rate limits, only %d are known", len(l), len(definitions))
	}
	return nil
}
