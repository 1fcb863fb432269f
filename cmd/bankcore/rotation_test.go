package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// rotation takes a running bank through the steps of docs/operations.md, "Rotating secrets", while its customers continue.
type rotation struct {
	t       *testing.T
	serve   func(i int, lists []string) *bankcoretest.Process // with each secret listing the old one, the new one or both
	command []string                                          // the environment of a command at the latest step
	servers []*bankcoretest.Process

	active, dormant      string // accounts; dormant does not sign in while the pepper is replaced
	access, refresh      string // of active's session, as last told
	firstAccess, cursor  string // from before
	firstRefresh         string
	payment, opening     map[string]any
	paid, opened         string // the first answers
	checks, nextTransfer int

	protected string   // an account with a second factor
	recovery  []string // its recovery codes
}

var lacksAPepper = regexp.MustCompile(`level=ERROR msg="PIN_PEPPER lacks a pepper that PINs were made with; these accounts cannot sign in" accounts=[12]\n`)

const oldOne, newOne = "old", "new"

// rotated returns a setting with its value, such as "SECRET_KEY=new,old".
func rotated(name string, lists []string) string {
	var secrets []string
	for _, which := range lists {
		secrets = append(secrets, strings.ToLower(name)+"-"+which+"-"+goodSecret)
	}
	return name + "=" + strings.Join(secrets, ",")
}

func rotatedSecrets(lists []string) []string {
	return []string{rotated("SECRET_KEY", lists), rotated("ADMIN_KEY", lists), rotated("PIN_PEPPER", lists)}
}

func (r *rotation) begin(servers int) {
	for i := range servers {
		r.servers = append(r.servers, r.serve(i, []string{oldOne}))
	}
	p := r.servers[0]
	r.active, r.dormant = p.Open(bankcoretest.PIN, 1000), p.Open(bankcoretest.PIN, 0)
	r.protect(p)
	r.signIn(p)
	r.firstAccess, r.firstRefresh = r.access, r.refresh
	r.signIn(p) // the session that continues
	r.pay(p)
	r.cursor = p.Call("GET", "/accounts/"+r.active+"/transactions?limit=1", nil, r.auth()...).Field(r.t, "next_cursor").(string)
	r.check()
}

// protect opens an account and gives it a second factor.
func (r *rotation) protect(p *bankcoretest.Process) {
	r.t.Helper()
	r.protected = p.Open(bankcoretest.PIN, 0)
	path, auth := "/accounts/"+r.protected+"/second-factor", p.Authorization(r.protected, bankcoretest.PIN)
	secret := p.Call("POST", path, map[string]any{"pin": bankcoretest.PIN}, auth...).Field(r.t, "secret").(string)
	a := p.Call("POST", path+"/confirm", map[string]any{"code": bankcoretest.AppCode(r.t, secret, 0)}, auth...)
	require.Equal(r.t, 200, a.Status, a.Body)
	for _, code := range a.Field(r.t, "recovery_codes").([]any) {
		r.recovery = append(r.recovery, code.(string))
	}
}

func (r *rotation) auth() []string { return []string{"Authorization", "Bearer " + r.access} }

func (r *rotation) signIn(p *bankcoretest.Process) {
	r.t.Helper()
	a := p.Login(r.active, bankcoretest.PIN)
	require.Equal(r.t, 200, a.Status, a.Body)
	r.access, r.refresh = a.Field(r.t, "access_token").(string), a.Field(r.t, "refresh_token").(string)
}

// pay sends a transfer and an opening that will be repeated.
func (r *rotation) pay(p *bankcoretest.Process) {
	r.t.Helper()
	r.nextTransfer++
	r.payment = map[string]any{"to_account": r.dormant, "amount": r.nextTransfer}
	r.opening = map[string]any{"account_holder_name": "Zoë", "pin": bankcoretest.PIN, "initial_deposit": r.nextTransfer}
	a := p.Call("POST", "/accounts/"+r.active+"/transfer", r.payment, append(r.auth(), "Idempotency-Key", r.key())...)
	require.Equal(r.t, 201, a.Status, a.Body)
	b := p.Call("POST", "/accounts", r.opening, "Idempotency-Key", r.key())
	require.Equal(r.t, 201, b.Status, b.Body)
	r.paid, r.opened = a.Body, b.Body
}

func (r *rotation) key() string { return fmt.Sprint("payment ", r.nextTransfer) }

// check does what customers do at each server, with what they got from another one or earlier.
func (r *rotation) check() {
	r.t.Helper()
	for _, p := range r.servers {
		r.checks++
		a := p.Call("POST", "/auth/refresh", map[string]any{"refresh_token": r.refresh})
		require.Equal(r.t, 200, a.Status, a.Body)
		r.access, r.refresh = a.Field(r.t, "access_token").(string), a.Field(r.t, "refresh_token").(string)
		for _, other := range r.servers {
			require.Equal(r.t, 200, other.Call("GET", "/accounts/"+r.active, nil, r.auth()...).Status)
			require.Equal(r.t, 200, other.Login(r.active, bankcoretest.PIN).Status)
		}
		a = p.Call("GET", "/accounts/"+r.active+"/transactions?cursor="+r.cursor, nil, r.auth()...)
		require.Equal(r.t, 200, a.Status, a.Body)
		a = p.Call("POST", "/accounts/"+r.active+"/transfer", r.payment, append(r.auth(), "Idempotency-Key", r.key())...)
		require.Equal(r.t, []string{"true", r.paid}, []string{a.Header.Get("Idempotent-Replayed"), a.Body})
		a = p.Call("POST", "/accounts", r.opening, "Idempotency-Key", r.key())
		require.Equal(r.t, []string{"true", r.opened}, []string{a.Header.Get("Idempotent-Replayed"), a.Body})
	}
}

// step restarts one server after the other with other lists, while customers continue at all of them.
func (r *rotation) step(lists ...string) {
	r.t.Helper()
	for i, p := range r.servers {
		p.Stop()
		r.servers[i] = r.serve(i, lists)
		r.check()
	}
	for _, p := range r.servers {
		for _, which := range lists {
			require.Equal(r.t, 200, p.Call("GET", "/admin/stats", nil, "X-Admin-Key", "admin_key-"+which+"-"+goodSecret).Status, which)
		}
	}
	r.pay(r.servers[0])
}

func (r *rotation) peppers() string {
	r.t.Helper()
	o := command(r.t, r.command, "", "account", "peppers")
	require.Equal(r.t, 0, o.Code, o.Err)
	return strings.Join(strings.Fields(o.Stdout), " ")
}

// end drops the old secrets while some accounts are dormant. What was only ever signed with the old ones is refused, and a PIN
// that did not move needs a code.
func (r *rotation) end(dormant int) {
	r.t.Helper()
	require.Equal(r.t, 200, loginWithCode(r.servers[0], r.protected, bankcoretest.PIN, r.recovery[0]).Status)
	require.Contains(r.t, r.peppers(), fmt.Sprintf("older, listed %d older, not named 0 missing 0", dormant), "all others have moved")
	access := r.firstAccess
	require.Equal(r.t, 200, r.servers[0].Call("GET", "/accounts/"+r.active, nil, "Authorization", "Bearer "+access).Status, "so far")
	r.cursor = r.servers[0].Call("GET", "/accounts/"+r.active+"/transactions?limit=1", nil, r.auth()...).Field(r.t, "next_cursor").(string)
	r.servers[0].Await(r.servers[0].Stderr, regexp.MustCompile(`brought second factors to the newest SECRET_KEY" accounts=1\n`))
	o := command(r.t, r.command, "", "account", "reseal")
	require.Equal(r.t, "brought to the newest SECRET_KEY 0 cannot be read 0", strings.Join(strings.Fields(o.Stdout), " "), o.Err)
	r.step(newOne)
	require.Contains(r.t, r.peppers(), fmt.Sprintf("older, listed 0 older, not named 0 missing %d", dormant))
	require.Equal(r.t, 200, loginWithCode(r.servers[0], r.protected, bankcoretest.PIN, r.recovery[1]).Status)
	for _, p := range r.servers {
		p.Await(p.Stderr, lacksAPepper)
		a := p.Call("GET", "/accounts/"+r.active, nil, "Authorization", "Bearer "+access)
		require.Equal(r.t, "invalid_token", a.Field(r.t, "code"))
		a = p.Call("POST", "/auth/refresh", map[string]any{"refresh_token": r.firstRefresh})
		require.Equal(r.t, "invalid_token", a.Field(r.t, "code"))
		require.Equal(r.t, 403, p.Call("GET", "/admin/stats", nil, "X-Admin-Key", "admin_key-old-"+goodSecret).Status)
	}
	require.Equal(r.t, 401, r.servers[0].Login(r.dormant, bankcoretest.PIN).Status)
	code := issueCode(r.t, r.command, r.dormant)
	require.Equal(r.t, 204, r.servers[0].Call("POST", "/auth/reset-pin",
		map[string]any{"account_number": r.dormant, "code": code, "new_pin": bankcoretest.PIN}).Status)
	require.Equal(r.t, 200, r.servers[0].Login(r.dormant, bankcoretest.PIN).Status)
	for _, p := range r.servers {
		p.Stop()
		require.NotContains(r.t, p.Stdout.String()+p.Stderr.String(), marker, "no secret is shown")
	}
	r.t.Logf("%d rounds of refreshes, sign-ins, cursors and retries, 0 refused, while three secrets were replaced on %d server(s)", r.checks, len(r.servers))
}

// TestSecretsRotateOnPostgreSQL: two servers, restarted one after the other, so that each step meets the one before.
func TestSecretsRotateOnPostgreSQL(t *testing.T) {
	t.Parallel()
	url := "DATABASE_URL=" + pgtest.URL(t)
	r := &rotation{t: t}
	r.serve = func(_ int, lists []string) *bankcoretest.Process {
		r.command = append(rotatedSecrets(lists), url)
		return bankcoretest.Serve(t, t.TempDir(), append(append([]string{url}, bankcoretest.Unlimited...), rotatedSecrets(lists)...))
	}
	r.begin(2)
	r.step(oldOne, newOne)
	r.step(newOne, oldOne)
	r.end(2) // one was opened in the previous step, and its opening not repeated since
}

// TestSecretsRotateInSecretsEnv: one server on SQLite, whose operator edits the file beside the database.
func TestSecretsRotateInSecretsEnv(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	secrets := filepath.Join(folder, "data", "secrets.env")
	require.NoError(t, os.Mkdir(filepath.Dir(secrets), 0o700))
	r := &rotation{t: t, command: []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}}
	r.serve = func(_ int, lists []string) *bankcoretest.Process {
		require.NoError(t, os.WriteFile(secrets, []byte(strings.Join(rotatedSecrets(lists), "\n")+"\n"), 0o600))
		return bankcoretest.Serve(t, folder, bankcoretest.Unlimited)
	}
	r.begin(1)
	r.step(newOne, oldOne)
	r.end(1)
}
