package bankcoretest

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// PIN is one that the bank accepts.
const PIN = "730164"

// WithoutSecondFactor lets administrators sign in with a PIN alone, for tests of other subjects. A test's own setting comes later and wins.
const WithoutSecondFactor = "STAFF_SECOND_FACTOR=off"

// Unlimited holds the settings of a server that accepts any number of requests.
var Unlimited = func() []string {
	var settings []string
	for name := range ratelimit.Unlimited() {
		settings = append(settings, config.LimitVariable(name)+"=off")
	}
	return slices.Clip(settings) // so that append copies it
}()

// SharedSecrets are what all servers of a database must have in common.
var SharedSecrets = []string{
	"SECRET_KEY=one-of-a-cluster-signs-8kQz3mXw7pLr5tNc", "ADMIN_KEY=one-of-a-cluster-opens-yBh6gJf4sTa9eVd2",
	"PIN_PEPPER=one-of-a-cluster-peppers-w7pLr5tNc2yB",
}

// DemoLine matches a customer that the demo prints: number, PIN, name, note.
var DemoLine = regexp.MustCompile(`(?m)^  (\d{12})  (\d{4,12}) +(\S.*?)  +(\S.*)$`)

// ServeDemo starts a demo whose throwaway folder is in temp.
func ServeDemo(t *testing.T, temp string, more ...string) *Process {
	t.Helper()
	return Serve(t, t.TempDir(), append([]string{"TMPDIR=" + temp, "RATE_LIMIT_LOGIN=off"}, more...), "--demo")
}

// AppCode returns what an authenticator app shows, some steps from now.
func AppCode(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	require.NoError(t, err)
	return code
}
