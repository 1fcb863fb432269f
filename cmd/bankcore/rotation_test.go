package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// rotation takes a running bank through the steps of docs/operations.md, "Rotating secrets", while its customers continue.
type rotation struct {
	t       *testing.T
	serve   func(i int, lists []string) *process // with each secret listing the old one, the new one or both
	command []string                             // the environment of a command at the latest step
	servers []*process

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
	r.active, r.dormant = p.open(testPIN, 1000), p.open(testPIN, 0)
	r.protect(p)
	r.signIn(p)
	r.firstAccess, r.firstRefresh = r.access, r.refresh
	r.signIn(p) // the session that continues
	r.pay(p)
	r.cursor = p.call("GET", "/accounts/"+r.active+"/transactions?limit=1", nil, r.auth()...).field(r.t, "next_cursor").(string)
	r.check()
}

// protect opens an account and gives it a second factor.
func (r *rotation) protect(p *process) {
	r.t.Helper()
	r.protected = p.open(testPIN, 0)
	path, auth := "/accounts/"+r.protected+"/second-factor", p.authorization(r.protected, testPIN)
	secret := p.call("POST", path, map[string]any{"pin": testPIN}, auth...).field(r.t, "secret").(string)
	a := p.call("POST", path+"/confirm", map[string]any{"code": appCode(r.t, secret, 0)}, auth...)
	require.Equal(r.t, 200, a.status, a.body)
	for _, code := range a.field(r.t, "recovery_codes").([]any) {
		r.recovery = append(r.recovery, code.(string))
	}
}

func (r *rotation) auth() []string { return []string{"Authorization", "Bearer " + r.access} }

func (r *rotation) signIn(p *process) {
	r.t.Helper()
	a := p.login(r.active, testPIN)
	require.Equal(r.t, 200, a.status, a.body)
	r.access, r.refresh = a.field(r.t, "access_token").(string), a.field(r.t, "refresh_token").(string)
}

// pay sends a transfer and an opening that will be repeated.
func (r *rotation) pay(p *process) {
	r.t.Helper()
	r.nextTransfer++
	r.payment = map[string]any{"to_account": r.dormant, "amount": r.nextTransfer}
	r.opening = map[string]any{"account_holder_name": "Zoë", "pin": testPIN, "initial_deposit": r.nextTransfer}
	a := p.call("POST", "/accounts/"+r.active+"/transfer", r.payment, append(r.auth(), "Idempotency-Key", r.key())...)
	require.Equal(r.t, 201, a.status, a.body)
	b := p.call("POST", "/accounts", r.opening, "Idempotency-Key", r.key())
	require.Equal(r.t, 201, b.status, b.body)
	r.paid, r.opened = a.body, b.body
}

func (r *rotation) key() string { return fmt.Sprint("payment ", r.nextTransfer) }

// check does what customers do at each server, with what they got from another one or earlier.
func (r *rotation) check() {
	r.t.Helper()
	for _, p := range r.servers {
		r.checks++
		a := p.call("POST", "/auth/refresh", map[string]any{"refresh_token": r.refresh})
		require.Equal(r.t, 200, a.status, a.body)
		r.access, r.refresh = a.field(r.t, "access_token").(string), a.field(r.t, "refresh_token").(string)
		for _, other := range r.servers {
			require.Equal(r.t, 200, other.call("GET", "/accounts/"+r.active, nil, r.auth()...).status)
			require.Equal(r.t, 200, other.login(r.active, testPIN).status)
		}
		a = p.call("GET", "/accounts/"+r.active+"/transactions?cursor="+r.cursor, nil, r.auth()...)
		require.Equal(r.t, 200, a.status, a.body)
		a = p.call("POST", "/accounts/"+r.active+"/transfer", r.payment, append(r.auth(), "Idempotency-Key", r.key())...)
		require.Equal(r.t, []string{"true", r.paid}, []string{a.header.Get("Idempotent-Replayed"), a.body})
		a = p.call("POST", "/accounts", r.opening, "Idempotency-Key", r.key())
		require.Equal(r.t, []string{"true", r.opened}, []string{a.header.Get("Idempotent-Replayed"), a.body})
	}
}

// step restarts one server after the other with other lists, while customers continue at all of them.
func (r *rotation) step(lists ...string) {
	r.t.Helper()
	for i, p := range r.servers {
		p.stop()
		r.servers[i] = r.serve(i, lists)
		r.check()
	}
	for _, p := range r.servers {
		for _, which := range lists {
			require.Equal(r.t, 200, p.call("GET", "/admin/stats", nil, "X-Admin-Key", "admin_key-"+which+"-"+goodSecret).status, which)
		}
	}
	r.pay(r.servers[0])
}

func (r *rotation) peppers() string {
	r.t.Helper()
	o := command(r.t, r.command, "", "account", "peppers")
	require.Equal(r.t, 0, o.code, o.err)
	return strings.Join(strings.Fields(o.stdout), " ")
}

// end drops the old secrets while some accounts are dormant. What was only ever signed with the old ones is refused, and a PIN
// that did not move needs a code.
func (r *rotation) end(dormant int) {
	r.t.Helper()
	require.Equal(r.t, 200, r.servers[0].signIn(r.protected, testPIN, r.recovery[0]).status)
	require.Contains(r.t, r.peppers(), fmt.Sprintf("older, listed %d older, not named 0 missing 0", dormant), "all others have moved")
	access := r.firstAccess
	require.Equal(r.t, 200, r.servers[0].call("GET", "/accounts/"+r.active, nil, "Authorization", "Bearer "+access).status, "so far")
	r.cursor = r.servers[0].call("GET", "/accounts/"+r.active+"/transactions?limit=1", nil, r.auth()...).field(r.t, "next_cursor").(string)
	r.servers[0].await(r.servers[0].stderr, regexp.MustCompile(`brought second factors to the newest SECRET_KEY" accounts=1\n`))
	o := command(r.t, r.command, "", "account", "reseal")
	require.Equal(r.t, "brought to the newest SECRET_KEY 0 cannot be read 0", strings.Join(strings.Fields(o.stdout), " "), o.err)
	r.step(newOne)
	require.Contains(r.t, r.peppers(), fmt.Sprintf("older, listed 0 older, not named 0 missing %d", dormant))
	require.Equal(r.t, 200, r.servers[0].signIn(r.protected, testPIN, r.recovery[1]).status)
	for _, p := range r.servers {
		p.await(p.stderr, lacksAPepper)
		a := p.call("GET", "/accounts/"+r.active, nil, "Authorization", "Bearer "+access)
		require.Equal(r.t, "invalid_token", a.field(r.t, "code"))
		a = p.call("POST", "/auth/refresh", map[string]any{"refresh_token": r.firstRefresh})
		require.Equal(r.t, "invalid_token", a.field(r.t, "code"))
		require.Equal(r.t, 403, p.call("GET", "/admin/stats", nil, "X-Admin-Key", "admin_key-old-"+goodSecret).status)
	}
	require.Equal(r.t, 401, r.servers[0].login(r.dormant, testPIN).status)
	code := issueCode(r.t, r.command, r.dormant)
	require.Equal(r.t, 204, r.servers[0].call("POST", "/auth/reset-pin",
		map[string]any{"account_number": r.dormant, "code": code, "new_pin": testPIN}).status)
	require.Equal(r.t, 200, r.servers[0].login(r.dormant, testPIN).status)
	for _, p := range r.servers {
		p.stop()
		require.NotContains(r.t, p.stdout.String()+p.stderr.String(), marker, "no secret is shown")
	}
	r.t.Logf("%d rounds of refreshes, sign-ins, cursors and retries, 0 refused, while three secrets were replaced on %d server(s)", r.checks, len(r.servers))
}

// TestSecretsRotateOnPostgreSQL: two servers, restarted one after the other, so that each step meets the one before.
func TestSecretsRotateOnPostgreSQL(t *testing.T) {
	t.Parallel()
	url := "DATABASE_URL=" + pgtest.URL(t)
	r := &rotation{t: t}
	r.serve = func(_ int, lists []string) *process {
		r.command = append(rotatedSecrets(lists), url)
		return serve(t, t.TempDir(), append(append([]string{url}, unlimited...), rotatedSecrets(lists)...))
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
	r.serve = func(_ int, lists []string) *process {
		require.NoError(t, os.WriteFile(secrets, []byte(strings.Join(rotatedSecrets(lists), "\n")+"\n"), 0o600))
		return serve(t, folder, unlimited)
	}
	r.begin(1)
	r.step(newOne, oldOne)
	r.end(1)
}
