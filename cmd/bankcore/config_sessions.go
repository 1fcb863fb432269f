package main

import (
	"errors"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
)

// idleLimit is how long a session may go unused; 0 for no limit.
type idleLimit time.Duration

// minIdleLimit gives a person time to react to the warning before the session ends.
const minIdleLimit = 2 * time.Minute

func parseIdleLimit(text string) (any, error) {
	if text == "off" {
		return idleLimit(0), nil
	}
	limit, err := time.ParseDuration(text)
	if err != nil || limit < minIdleLimit || limit > bank.SessionLifetime || limit%time.Second != 0 {
		return nil, errors.New("expected a duration from 2m to 168h, such as 12h or 30m, or off")
	}
	return idleLimit(limit), nil
}
