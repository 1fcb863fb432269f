package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConfigIdleLimits(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"off", "2m", "90s0m60s", "12h", "30m", "1h30m", "168h"} {
		for _, name := range []string{"SESSION_IDLE", "SESSION_IDLE_STAFF"} {
			_, err := Parse([]string{name + "=" + good}, "")
			require.NoError(t, err, good)
		}
	}
	for _, bad := range []string{"", "0", "0s", "30", "1m59s", "168h1s", "-30m", "Off", "none", "7d", "10m0.5s"} {
		_, err := Parse([]string{"SESSION_IDLE=" + bad}, "")
		requireOneLine(t, err, "SESSION_IDLE")
		_, err = Parse([]string{"SESSION_IDLE_STAFF=" + bad}, "")
		requireOneLine(t, err, "SESSION_IDLE_STAFF")
	}
}
