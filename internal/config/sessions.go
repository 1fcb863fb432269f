package config

import (
	"errors"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
)

// IdleLimit is how long a session may go unused; 0 for no limit.
type IdleLimit time.Duration

// minIdleLimit gives a person time to react to the warning before the session ends.
const minIdleLimit = 2 * time.Minute

func parseIdleLimit(text string) (any, error) {
	if text == "off" {
		return IdleLimit(0), nil
	}
	limit, err := time.ParseDuration(text)
	if err != nil || limit < minIdleLimit || limit > auth.SessionLifetime || limit%time.Second != 0 {
		return nil, errors.New("expected a duration from 2m to 168h, such as 12h or 30m, or off")
	}
	return IdleLimit(limit), nil
}
