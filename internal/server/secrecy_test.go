package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// PINs that occur nowhere by chance, and one that belongs to no account.
const (
	canaryPIN      = "583920175566"
	canaryNewPIN   = "649180273355"
	canaryWrong    = "718263940588"
	canaryFriend   = "827364150944"
	canaryReset    = "538204719966"
	canaryBadKey   = "canary-admin-key-that-nobody-has-0123456789"
	canaryBadToken = "canary-metrics-token-that-nobody-has-0123456789"
	canaryBadCode  = "BADC-0DE5-7K3M"
	canaryBadAuth  = "canary.token.which-is-garbage-0123456789"
)

// recorder keeps the server's answers, and every token that it has issued.
type recorder struct {
	mu     sync.Mutex
	all    bytes.Buffer // every answer except those that issue tokens, or secrets and codes of second factors
	issued bytes.Buffer // those
	tokens []string
	codes  []string // for forgotten PINs, and invitations
	apps   []string // the secrets of second factors
	papers []string // their recovery codes
	keys   []string // of service clients
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(content))
	r.mu.Lock()
	defer r.mu.Unlock()
	into := &r.all
	path := request.URL.Path
	if response.StatusCode == 200 && (path == "/auth/login" || path == "/auth/refresh" || strings.Contains(path, "/second-factor")) ||
		response.StatusCode == 201 && strings.HasSuffix(path, "/keys") {
		into = &r.issued
	}
	_ = response.Header.Write(into)
	into.Write(content)
	for _, name := range []string{plainCookie, secureCookie, plainDevice} {
		for _, cookie := range response.Cookies() {
			if cookie.Name == name && cookie.Value != "" {
				r.tokens = append(r.tokens, cookie.Value)
			}
		}
	}
	return response, err
}

// keep remembers the tokens of an answer.
func (r *recorder) keep(session tokens) tokens {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens, session.AccessToken, session.RefreshToken)
	return session
}

// liveADay does what customers and administrators do, mistakes included.
func (w *world) liveADay(r *recorder) {
	c, friend := w.open(canaryPIN, 10_000), w.open(canaryFriend, 0)
	session := r.keep(w.login(c))
	path := "/accounts/" + c.number
	as := bearer(session.AccessToken)
	post := func(what string, value any) *answer { return w.call("POST", path+what, as, body(value)) }
	w.tryLogin(c.number, canaryWrong)
	w.tryLogin(stranger, canaryWrong)
	post("/transfer", map[string]any{"to_account": friend.number, "amount": 100, "description": "Rent"})
	post("/transfer", map[string]any{"to_account": friend.number, "amount": 1_000_000})
	post("/pin", map[string]string{"current_pin": canaryWrong, "new_pin": canaryNewPIN})
	post("/pin", map[string]string{"current_pin": canaryPIN, "new_pin": canaryReset})
	code := w.issueReset(c)
	r.codes = append(r.codes, code)
	w.resetPin(c.number, canaryBadCode, canaryNewPIN)
	w.resetPin(c.number, code+"x", canaryNewPIN)
	w.resetPin(c.number, code, "1234")
	require.Equal(w.t, 204, w.resetPin(c.number, code, canaryNewPIN).status)
	session = r.keep(w.login(customer{c.number, canaryNewPIN}))
	as = bearer(session.AccessToken)
	r.codes = append(r.codes, w.issueReset(c))
	c.pin = canaryNewPIN

	w.protectADay(r, friend)
	w.employPrograms(r, c)
	next := r.keep(w.mustRenew(session.RefreshToken))
	r.keep(w.mustRenew(session.RefreshToken))
	w.clock.pass(time.Minute)
	r.keep(w.mustRenew(next.RefreshToken))
	w.clock.pass(time.Minute)
	w.renew(session.RefreshToken)
	w.renew(next.RefreshToken)
	cookie := w.cookieLogin(c)
	r.keep(tokens{AccessToken: cookie.field("access_token").(string), RefreshToken: cookie.setCookie().Value})
	w.call("POST", "/auth/refresh", withCookie(cookie.setCookie()))
	session = r.keep(w.login(c))
	w.call("POST", "/auth/logout", bearer(session.AccessToken), body(map[string]string{"refresh_token": session.RefreshToken}))
	w.call("GET", path, bearer(session.AccessToken))

	for range 4 {
		w.tryLogin(friend.number, canaryWrong)
	}
	w.call("POST", "/accounts/"+friend.number+"/unlock", adminKey(canaryBadKey))
	w.call("POST", "/accounts/"+friend.number+"/unlock", adminKey(testAdminKey))
	w.blunder(r, c, r.keep(w.login(c)))
	for _, page := range []string{"/admin/accounts?limit=1", "/admin/events?limit=200", "/admin/stats", path, path + "/transactions"} {
		require.Equal(w.t, 200, w.call("GET", page, adminKey(testAdminKey)).status)
	}
	for _, wrong := range []requestOption{adminKey(canaryBadKey), bearer(canaryBadToken), bearer(testAdminKey)} {
		require.Equal(w.t, 401, w.atOps().call("GET", "/metrics", wrong).status)
	}
	require.Equal(w.t, 200, w.atOps().call("GET", "/metrics", bearer(testMetricsToken)).status)
}

// openByInvitation adds the openings of a bank that restricts who may open accounts.
func (w *world) openByInvitation(r *recorder) {
	w.restartWith(byInvitation)
	code := w.invite(1, time.Hour)
	r.codes = append(r.codes, code)
	for _, sent := range []string{canaryBadCode, code + "x", code, code} {
		w.call("POST", "/accounts", idempotencyKey("invited"), openingBody(sent, canaryPIN))
	}
	w.call("POST", "/accounts?invitation_code="+code, openingBody(code, canaryPIN))
	w.call("GET", "/app/?code="+code)
	w.call("POST", "/accounts", rawBody(`{"invitation_code":"`+code+`","invitation_code":1}`))
	require.EqualValues(w.t, 0, w.tally("SELECT uses_left FROM invitations"))
}

// protectADay sets up a second factor and uses it, correctly and wrongly.
func (w *world) protectADay(r *recorder, c customer) {
	session := r.keep(w.login(c))
	f := w.enableFactor(c, session)
	for _, code := range []string{canaryBadCode, f.recovery[0], f.recovery[0], w.appCode(f.secret, 1)} {
		w.loginWith(c, code)
	}
	a := w.call("POST", factorPath(c)+"/recovery-codes", bearer(session.AccessToken), body(map[string]any{"pin": c.pin, "code": f.recovery[1]}))
	r.apps = append(r.apps, f.secret)
	r.papers = append(append(r.papers, f.recovery...), recoveryCodes(a)...)
	require.Len(w.t, r.papers, 20)
}

// employPrograms gives service clients keys, which they use, rightly and wrongly.
func (w *world) employPrograms(r *recorder, c customer) {
	_, admin := w.admin()
	as := bearer(r.keep(admin).AccessToken)
	for _, networks := range []string{"", "203.0.113.0/24"} {
		client := map[string]any{"name": "Payroll", "permissions": []string{"accounts:read", "deposits:write"}, "ip_networks": strings.Fields(networks)}
		path := w.call("POST", "/admin/clients", as, body(client)).header.Get("Location")
		key := w.call("POST", path+"/keys", as).field("key").(string)
		r.keys = append(r.keys, key, forgedKey(w.t, key[8:16]))
		for _, sent := range r.keys {
			w.call("GET", "/accounts/"+c.number, bearer(sent))
			w.call("POST", "/accounts/"+c.number+"/deposit", bearer(sent), rawBody(`{"amount":1,"description":"From a program"}`), idempotencyKey("program"))
			w.call("POST", "/accounts/"+c.number+"/deposit", bearer(sent), rawBody(`{"amount":"`+sent+`"}`))
			w.call("GET", "/accounts/"+sent+"?key="+sent, bearer(sent+"x"))
			w.call("DELETE", path+"/keys/"+sent, as)
			w.call("GET", "/admin/stats", adminKey(sent))
			w.call("POST", "/auth/refresh", body(map[string]string{"refresh_token": sent}))
		}
		w.call("DELETE", path+"/keys/"+key[8:16], as)
		w.call("GET", "/accounts/"+c.number, bearer(key))
	}
	require.NoError(w.t, w.auth.FlushKeyUses(context.Background()))
	require.NoError(w.t, w.auth.FlushRepeats(context.Background()))
}

// blunder puts secrets where they do not belong.
func (w *world) blunder(r *recorder, c customer, session tokens) {
	idempotent := func(name string) requestOption { return idempotencyKey("blunder-" + name) }
	key := idempotent("opening")
	opening := body(map[string]any{"account_holder_name": "Ada", "pin": canaryPIN})
	w.call("POST", "/accounts", key, opening)
	w.call("POST", "/accounts", key, opening)
	f := w.enableFactor(c, session)
	r.apps, r.papers = append(r.apps, f.secret), append(r.papers, f.recovery...)
	w.removeFactor(c, session, f.recovery[0])
	for _, secret := range []string{canaryPIN, canaryNewPIN, testAdminKey, session.AccessToken, session.RefreshToken, f.secret, f.recovery[1]} {
		for _, place := range []string{
			"/auth/login?pin=" + secret, "/auth/login?" + secret, "/auth/login?pin=%zz" + secret, "/" + secret, "/auth/" + secret,
			"/accounts/" + secret, "/accounts/" + c.number + "/transactions/" + secret, "/accounts/" + c.number + "/transactions?cursor=" + secret,
			"/accounts/" + c.number + "/transactions?from=" + secret, "/accounts/" + c.number + "/transactions?transaction_type=" + secret,
			"/accounts/" + c.number + "/transactions?limit=" + secret, "/admin/accounts?q=" + secret[:10], "/problems/" + secret, "/app/" + secret,
			"/swagger/" + secret, "/metrics?key=" + secret,
		} {
			for _, method := range []string{"GET", "POST"} {
				w.call(method, place, bearer(session.AccessToken))
			}
		}
		for _, name := range []string{
			"User-Agent", "Referer", "Cookie", "X-Forwarded-For", "X-Real-Ip", "Content-Type", "Accept", "Origin", "Authorization", "X-Admin-Key", "Via",
		} {
			w.call("POST", "/auth/login", header(name, secret), rawBody("{}"))
			w.call("GET", "/admin/stats", header(name, secret))
		}
		w.call("GET", "/accounts/"+c.number, header("Authorization", "Basic "+secret))
		w.call("GET", "/accounts/"+c.number, bearer(secret+"x"))
		w.call("GET", "/accounts/"+c.number, bearer(canaryBadAuth))
		w.renew(secret + "x")
		for _, text := range []string{
			`{"account_number":"` + c.number + `","pin":"` + secret, `{"account_number":"` + c.number + `","pin":` + secret + `}`,
			`{"account_number":"` + c.number + `","pin":"` + secret + `"}}`, `{"account_number":"` + c.number + `","pin":"` + secret + `","pin":"` + secret + `"}`,
			`{"account_number":"` + c.number + `","pin":["` + secret + `"]}`, `{"account_number":"` + c.number + `","pin":"` + secret + `x"}`,
			`{"account_number":"` + c.number + `","pin":"1234","session":"` + secret + `"}`, `"` + secret + `"`, secret, `{"pin":"\u00zz` + secret + `"}`,
			`{"account_holder_name":"` + secret + `","pin":"1234"}`, `{"account_holder_name":"Ada","pin":"` + secret + `99"}`,
			`{"refresh_token":` + secret + `}`, `{"refresh_token":"` + strings.Repeat(secret, 200) + `"}`,
			`{"current_pin":"` + secret + `","new_pin":"1234"}`, `{"current_pin":"` + secret + `x","new_pin":"` + secret + `x"}`,
			`{"to_account":"` + secret + `","amount":1}`, `{"to_account":"` + c.number + `","amount":` + secret + `}`, `{"amount":"` + secret + `"}`,
		} {
			for _, place := range []string{
				"/auth/login", "/auth/refresh", "/auth/logout", "/accounts", "/accounts/" + c.number + "/pin", "/accounts/" + c.number + "/transfer",
			} {
				w.call("POST", place, bearer(session.AccessToken), rawBody(text))
			}
			// More often than an account can be unlocked in a day.
			behindTheServer(w, "UPDATE customers SET failed_attempts = 0, sign_in_locked = FALSE WHERE id = (SELECT customer_id FROM accounts WHERE account_number = "+c.number+")")
		}
	}
}

// spellings returns the forms in which a secret might be written.
func spellings(secret string) map[string]string {
	sum := sha256.Sum256([]byte(secret))
	all := map[string]string{
		"itself": secret, "hex": hex.EncodeToString([]byte(secret)), "base64": base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(secret)), "bare hash": string(sum[:]), "bare hash, hex": hex.EncodeToString(sum[:]),
		"bare hash, base64": base64.RawStdEncoding.EncodeToString(sum[:]),
	}
	if number, err := strconv.ParseUint(secret, 10, 64); err == nil {
		// SQLite stores an integer of this size in six bytes.
		all["integer"] = string(binary.BigEndian.AppendUint64(nil, number)[2:])
	}
	return all
}

func requireNone(t *testing.T, where, text string, secrets map[string]string) {
	t.Helper()
	require.NotEmpty(t, text, where)
	for name, secret := range secrets {
		for form, spelling := range spellings(secret) {
			if strings.Contains(text, spelling) {
				at := strings.Index(text, spelling)
				require.Fail(t, "a secret is in the open", "%s: %s (%s) after %q", where, name, form, text[max(0, at-200):at])
			}
		}
	}
}

// dump returns every column of every table as text.
func (w *world) dump() string {
	w.t.Helper()
	list := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if !storetest.OnSQLite() {
		list = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	pool := storetest.Raw(w.t, w.database)
	tables, err := pool.QueryContext(context.Background(), list)
	require.NoError(w.t, err)
	defer func() { _ = tables.Close() }()
	var text strings.Builder
	for tables.Next() {
		var name string
		require.NoError(w.t, tables.Scan(&name))
		text.WriteString(name + ".\n" + storetest.Text(w.t, w.database, "SELECT * FROM "+name))
	}
	require.NoError(w.t, tables.Err())
	return text.String()
}

func TestNoSecretIsWrittenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) { o.debug, o.metricsToken = true, testMetricsToken })
	r := &recorder{}
	w.client.Transport = r
	w.liveADay(r)
	w.openByInvitation(r)

	secrets := map[string]string{
		"the PIN": canaryPIN, "the new PIN": canaryNewPIN, "the wrong PIN": canaryWrong, "the friend's PIN": canaryFriend,
		"SECRET_KEY": testSecretKey, "ADMIN_KEY": testAdminKey, "PIN_PEPPER": testPepper, "a wrong admin key": canaryBadKey,
		"METRICS_TOKEN": testMetricsToken, "a wrong metrics token": canaryBadToken,
		"the reset PIN": canaryReset, "a wrong code": canaryBadCode,
	}
	for i, code := range r.codes {
		secrets[fmt.Sprint("code ", i)] = code
		secrets[fmt.Sprint("code without hyphens ", i)] = strings.ReplaceAll(code, "-", "")
	}
	requireNone(t, "answers with tokens", r.issued.String(), secrets)
	for i, code := range r.papers {
		secrets[fmt.Sprint("recovery code ", i)] = code
		secrets[fmt.Sprint("recovery code without hyphens ", i)] = strings.ReplaceAll(code, "-", "")
	}
	for i, text := range r.apps {
		secret, err := base32.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		secrets[fmt.Sprint("second factor ", i)], secrets[fmt.Sprint("second factor in bytes ", i)] = text, string(secret)
	}
	for kind := range map[string]bool{"access": true, "refresh": true} {
		secrets["the key of "+kind+" tokens"] = string(tokenKey(t, kind))
	}
	require.Greater(t, len(r.tokens), 10)
	for i, token := range r.tokens {
		secrets[fmt.Sprint("token ", i)] = token
		secrets[fmt.Sprint("the signature of token ", i)] = token[strings.LastIndex(token, ".")+1:]
	}
	require.Len(t, r.keys, 4)
	// Of a whole key, the bare hash is stored, which is safe for 160 random bits.
	for i, key := range r.keys {
		secrets[fmt.Sprint("the secret of client's key ", i)] = key[16:48]
	}
	requireNone(t, "answers", r.all.String(), secrets)
	for _, held := range []string{"/metrics", "/debug/pprof/cmdline"} {
		a := w.atOps().call("GET", held, bearer(testMetricsToken))
		require.Equal(t, 200, a.status, held)
		requireNone(t, held, a.text(), secrets)
	}
	dump := w.dump()
	for _, table := range []string{
		"pin_hash=$argon2id$", "code_hash=", "uses_left=", "refresh_jti=", "successor_jti=", "event_type=", "fingerprint=", "balance_after=",
		"sealed_secret=", "secret_hash=",
	} {
		require.Contains(t, dump, table, "the day left traces in every table")
	}
	requireNone(t, "the tables", dump, secrets)
	if path, file := strings.CutPrefix(w.database, "sqlite:"); file {
		requireNoneInFiles(t, w, path, secrets)
	}
	for _, line := range []string{`"status":200`, `"status":400`, `"status":423`, `"route":"/accounts/:account_number/pin"`} {
		require.Contains(t, w.logs.String(), line, "the log shows the day")
	}
	requireNone(t, "the log", w.logs.String(), secrets)
}

// requireNoneInFiles searches what no query shows.
func requireNoneInFiles(t *testing.T, w *world, path string, secrets map[string]string) {
	t.Helper()
	look := func(name string) {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		requireNone(t, name, string(content), secrets)
	}
	look(path)
	look(path + "-wal")
	w.stop()
	look(path)
}
