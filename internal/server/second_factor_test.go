package server_test

import (
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

// factor is a second factor that the test knows everything of.
type factor struct {
	secret   string   // in an app
	recovery []string // on paper
}

func factorPath(c customer) string { return "/accounts/" + c.number + "/second-factor" }

// startFactor makes a secret that is not confirmed yet.
func (w *world) startFactor(c customer, session tokens) (secret string) {
	w.t.Helper()
	a := w.call("POST", factorPath(c), bearer(session.AccessToken), body(map[string]any{"pin": c.pin}))
	require.Equal(w.t, 200, a.status, a.text())
	return a.field("secret").(string)
}

// enableFactor turns a second factor on. It uses up the code of the present step.
func (w *world) enableFactor(c customer, session tokens) factor {
	w.t.Helper()
	f := factor{secret: w.startFactor(c, session)}
	a := w.call("POST", factorPath(c)+"/confirm", bearer(session.AccessToken), body(map[string]any{"code": w.appCode(f.secret, 0)}))
	require.Equal(w.t, 200, a.status, a.text())
	f.recovery = recoveryCodes(a)
	return f
}

func (w *world) removeFactor(c customer, session tokens, code string) {
	w.t.Helper()
	a := w.call("POST", factorPath(c)+"/remove", bearer(session.AccessToken), body(map[string]any{"pin": c.pin, "code": code}))
	require.Equal(w.t, 204, a.status, a.text())
}

func recoveryCodes(a *answer) []string {
	var got struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
	a.decode(&got)
	return got.RecoveryCodes
}

// appCode is what an authenticator app shows, some steps of 30 seconds from now.
func (w *world) appCode(secret string, steps int) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, w.clock.Now().Add(time.Duration(steps)*30*time.Second))
	require.NoError(w.t, err)
	return code
}

// loginWith signs in with a PIN and a code.
func (w *world) loginWith(c customer, code string) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/login", body(map[string]any{"account_number": c.number, "pin": c.pin, "code": code}))
}
