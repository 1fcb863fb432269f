package server_test

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// authorizationMatrix lists who has which permission. Each request concerns Ada's account and is valid in every other way; the columns
// name the caller's credentials: another customer, the owner, also with a locked sign-in and with an account that is frozen in both
// directions or closed, an employee, also without a second factor (1f), an administrator, and the admin key. Service clients have a
// matrix of their own: TestClientsDoWhatTheirPermissionsSay. "yes" is the operation's success, and refusalWords explains the other words.
// Public operations ignore credentials. An opening here is one for a new customer: further_accounts_test.go has those of customers for
// themselves.
//
//nolint:dupword // a table repeats itself
const authorizationMatrix = `
permission         nobody  another  owner  owner-locked  owner-frozen  owner-closed  employee  employee-1f  admin  admin-locked  right-key  wrong-key  refresh  expired  ended
public             yes     yes      yes    yes           yes           yes           yes       yes          yes    yes           yes        yes        yes      yes      yes
accounts:open      yes     no       no     no            no            no            yes       no           yes    yes           yes        yes        token    token    over
accounts:read      who     no       yes    yes           yes           yes           yes       no           yes    yes           yes        key        token    token    over
deposits:write     who     no       yes    yes           frozen        closed        yes       no           yes    yes           who        who        token    token    over
withdrawals:write  who     no       yes    yes           frozen        closed        yes       no           yes    yes           who        who        token    token    over
transfers:write    who     no       yes    yes           frozen        closed        no        no           no     no            who        who        token    token    over
holds:write        who     no       yes    yes           frozen        closed        yes       no           yes    yes           who        who        token    token    over
reversals:write    who     no       yes    yes           frozen        closed        yes       no           yes    yes           who        who        token    token    over
accounts:manage    who     no       no     no            no            no            yes       no           yes    yes           yes        key        token    token    over
self:manage        who     no       yes    yes           yes           yes           no        no           no     no            who        who        token    token    over
requests:decide    who     no       no     no            no            no            yes       no           yes    yes           who        who        token    token    over
roles:manage       who     no       no     no            no            no            no        no           yes    yes           who        who        token    token    over
customers:manage   who     no       no     no            no            no            yes       no           yes    yes           yes        key        token    token    over
clients:manage     who     no       no     no            no            no            no        no           yes    yes           yes        key        token    token    over
audit:read         who     no       no     no            no            no            no        no           yes    yes           yes        key        token    token    over
reports:read       who     no       no     no            no            no            no        no           yes    yes           yes        key        token    token    over
`

// matrixExceptions have reasons other than permissions: no PIN of a locked account is accepted, a reset code expires before an access token
// does, and a session is nobody else's.
var matrixExceptions = map[string]map[string]string{
	"login":                {"owner-locked": "locked"},
	"resetPin":             {"expired": "late"}, // the reset itself lifts the lock
	"changePin":            {"owner-locked": "locked"},
	"startSecondFactor":    {"owner-locked": "locked"},
	"removeSecondFactor":   {"owner-locked": "locked"},
	"replaceRecoveryCodes": {"owner-locked": "locked"},
	"freezeAccount":        {"owner": "200", "owner-locked": "200", "owner-frozen": "frozen", "owner-closed": "closed"}, // their debits alone
	"setLimits":            {"owner": "200", "owner-locked": "200", "owner-frozen": "200", "owner-closed": "closed"},    // lower alone
	"getPayee":             {"owner-frozen": "200", "owner-closed": "200"},
	"transferMany":         {"owner-frozen": "422 batch_refused", "owner-closed": "422 batch_refused"},
	"adminCreateRequest":   {"right-key": "who", "wrong-key": "who"}, // a key is no person
	"issuePinReset":        {"right-key": "who", "wrong-key": "who"},
	"endSession":           {"another": "none", "employee": "none", "employee-1f": "none", "admin": "none", "admin-locked": "none"},
	"withdrawRequest":      {"employee": "no request", "admin": "no request", "admin-locked": "no request", "right-key": "who", "wrong-key": "who"}, // of Ada's
	// The orders of a frozen account fail on their dates, and those of a closed one end.
	"createStandingOrder":  {"owner-frozen": "201"},
	"previewStandingOrder": {"owner-frozen": "200"},
	"resumeStandingOrder":  {"owner-frozen": "200", "owner-closed": "200"},
	"pauseStandingOrder":   {"owner-frozen": "200", "owner-closed": "200", "employee": "200", "admin": "200", "admin-locked": "200"}, // staff may stop money
	"endStandingOrder":     {"owner-frozen": "200", "owner-closed": "200", "employee": "200", "admin": "200", "admin-locked": "200"},
	"captureHold":          {"owner-closed": "409 hold_not_pending"},
	"voidHold":             {"owner-frozen": "200", "owner-closed": "200"}, // voided before
}

// refusalWords maps a status and code to the matrix's word.
var refusalWords = map[string]string{
	"401 unauthenticated":    "who",
	"401 invalid_token":      "token",
	"401 token_revoked":      "over",
	"403 forbidden":          "no",
	"403 invalid_admin_key":  "key",
	"423 account_locked":     "locked",
	"423 account_frozen":     "frozen",
	"409 account_closed":     "closed",
	"404 session_not_found":  "none",
	"404 request_not_found":  "no request",
	"401 invalid_reset_code": "late",
}

// callers gives the credentials of each column, and puts the world into the state that the column's name says.
var callers = map[string]func(s *stage) []requestOption{
	"nobody":  func(*stage) []requestOption { return nil },
	"another": func(s *stage) []requestOption { return signedIn(s.login(s.open("730164", 0))) },
	"owner":   func(s *stage) []requestOption { return signedIn(s.session) },
	"owner-locked": func(s *stage) []requestOption {
		s.lockAda()
		return signedIn(s.session)
	},
	"owner-frozen": func(s *stage) []requestOption {
		s.freeze(s.ada.number)
		return signedIn(s.session)
	},
	"owner-closed": func(s *stage) []requestOption {
		_, staff := s.admin()
		heir := s.open("730164", 0)
		s.voidHolds()
		a := s.post("/accounts/"+s.ada.number+"/close", `{"reason":"customer","sweep_to":"`+heir.number+`"}`, bearer(staff.AccessToken))
		require.Contains(s.t, []int{200, 423}, a.status, a.text()) // to lift a freeze, it is frozen
		return signedIn(s.session)
	},
	"employee": func(s *stage) []requestOption {
		_, session := s.employee()
		return signedIn(session)
	},
	"employee-1f": func(s *stage) []requestOption { // who has not given a second factor
		_, session := s.employee()
		return signedIn(session)
	},
	"admin": func(s *stage) []requestOption {
		_, session := s.admin()
		return signedIn(session)
	},
	"admin-locked": func(s *stage) []requestOption {
		admin, session := s.admin()
		s.lock(admin)
		return signedIn(session)
	},
	"right-key": func(*stage) []requestOption { return []requestOption{adminKey(testAdminKey)} },
	"wrong-key": func(*stage) []requestOption { return []requestOption{adminKey(testAdminKey + "x")} },
	"refresh":   func(s *stage) []requestOption { return []requestOption{bearer(s.session.RefreshToken)} },
	"expired": func(s *stage) []requestOption {
		s.clock.pass(auth.AccessLifetime)
		return signedIn(s.session)
	},
	"ended": func(s *stage) []requestOption {
		logOut(s)
		return signedIn(s.session)
	},
}

func signedIn(session tokens) []requestOption { return []requestOption{bearer(session.AccessToken)} }

func TestAuthorizationMatrix(t *testing.T) {
	t.Parallel()
	operations := contractOperations(t)
	rows := readMatrix(t)
	for id, o := range operations {
		require.Equal(t, o.public(), o.permission() == "public", "%s: %s", id, o.permission())
		require.Contains(t, rows, o.permission(), id)
	}
	for name, credentials := range callers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *options) { o.staffSecondFactor = name == "employee-1f" })
			for id, o := range operations {
				s := newStage(w)
				d := properDraft(s, o)
				d.credentials = credentials(s)
				a := s.send(d)
				want := rows[o.permission()][o.askedBy(name)]
				if want == "yes" {
					want = strconv.Itoa(successes[id])
				}
				if got := matrixCell(a); got != cmp.Or(matrixExceptions[id][name], want) {
					t.Errorf("%s by %s: got %s, want %s: %s", id, name, got, want, a.text())
				}
			}
		})
	}
}

// permission returns the permission that the contract names for an operation, or "public".
func (o contractOperation) permission() string {
	name, _ := o.Extensions["x-permission"].(string)
	return cmp.Or(name, "public")
}

// askedBy returns who the caller is to the account that an operation is about, if the path does not name it: the bank as a whole is
// nobody's, and a session, or a payment that is prepared, is the caller's own.
func (o contractOperation) askedBy(caller string) string {
	switch {
	case o.optional():
		return caller
	case strings.HasPrefix(o.path, "/admin/") && strings.HasPrefix(caller, "owner"):
		return "another"
	case !o.ofAccount() && !strings.HasPrefix(o.path, "/admin/") && slices.Contains([]string{"another", "employee", "employee-1f", "admin", "admin-locked"}, caller):
		return "owner"
	}
	return caller
}

// TestPermissionsAreDescribed checks that the contract's introduction and its operations have the bank's permissions, and no others.
func TestPermissionsAreDescribed(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	spec, err := api.GetSpec()
	require.NoError(t, err)
	used := map[auth.Permission]bool{}
	for _, o := range contractOperations(t) {
		if !o.public() {
			used[auth.Permission(o.permission())] = true
		}
	}
	require.ElementsMatch(t, auth.Permissions(), slices.Collect(maps.Keys(used)))
	for _, p := range auth.Permissions() {
		require.Contains(t, spec.Info.Description, "`"+p+"`")
	}
}

// readMatrix gives the matrix's cells by permission and caller.
func readMatrix(t *testing.T) map[string]map[string]string {
	t.Helper()
	var columns []string
	rows := map[string]map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(authorizationMatrix)) {
		fields := strings.Fields(line)
		if columns == nil {
			columns = fields
			require.ElementsMatch(t, slices.Collect(maps.Keys(callers)), columns[1:])
			continue
		}
		require.Len(t, fields, len(columns), line)
		require.NotContains(t, rows, fields[0])
		rows[fields[0]] = map[string]string{}
		for i, cell := range fields[1:] {
			rows[fields[0]][columns[i+1]] = cell
		}
	}
	return rows
}

func matrixCell(a *answer) string {
	if a.status < 300 {
		return strconv.Itoa(a.status)
	}
	outcome := strconv.Itoa(a.status) + " " + a.code()
	if word, known := refusalWords[outcome]; known {
		return word
	}
	return outcome
}

// A customer cannot probe which accounts or entries exist.
func TestAnothersAccountIsRefusedAlikeWhetherOrNotItExists(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	operations := contractOperations(t)
	bob := w.open("730164", 5)
	bobsEntry := newestEntry(w, bob.number)
	for id, o := range operations {
		if !o.ofAccount() {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(w.lend(t))
			d := properDraft(s, o)
			d.credentials = signedIn(s.session)
			d.more = append(d.more, header("X-Request-Id", "the-same"))
			var first *answer
			for _, number := range []string{bob.number, unusedNumber, "100000000009", "000000000000", "999999999999"} {
				for _, entry := range []string{bobsEntry, "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"} {
					d.account, d.entry = number, entry
					a := s.send(d)
					require.Equal(t, 403, a.status, a.text())
					require.Equal(t, "forbidden", a.code())
					a.header.Del("Date")
					if first == nil {
						first = a
					}
					require.Equal(t, first.text(), a.text())
					require.Equal(t, first.header, a.header)
				}
			}
		})
	}
}

// A client that sends an admin key means it: a wrong one is refused whatever else is sent, wherever keys are accepted.
func TestAdminKeyBesideABearerToken(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		if !o.takes("bearerAuth") || o.optional() {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(shared.lend(t))
			d := properDraft(s, o)
			if !o.takes("adminKey") {
				d.credentials = append(slices.Clone(d.credentials), adminKey("wrong"))
				a := s.send(d)
				require.Equal(t, successes[id], a.status, a.text())
				return
			}
			_, admin := s.admin()
			for _, wrong := range []string{"", "x", testAdminKey + "x", testAdminKey[1:], strings.ToUpper(testAdminKey)} {
				d.credentials = append(signedIn(admin), adminKey(wrong))
				a := s.send(d)
				require.Equal(t, 403, a.status, "key %q: %s", wrong, a.text())
				require.Equal(t, "invalid_admin_key", a.code())
			}
			d.credentials = append(signedIn(admin), adminKey(testAdminKey))
			a := s.send(d)
			require.Equal(t, successes[id], a.status, a.text())
		})
	}
}

// Where no admin key is accepted, sending one changes nothing: the right one helps neither a client that has not signed in nor
// one that reaches for another customer's money.
func TestAdminKeyWhereNoneIsTaken(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		if o.public() || o.optional() || o.takes("adminKey") {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(shared.lend(t))
			d := properDraft(s, o)
			d.credentials = []requestOption{adminKey(testAdminKey)}
			a := s.send(d)
			require.Equal(t, 401, a.status, a.text())
			require.Equal(t, "unauthenticated", a.code())
			if !o.ofAccount() {
				return
			}
			another := s.login(s.open("730164", 0))
			d.credentials = append(signedIn(another), adminKey(testAdminKey))
			a = s.send(d)
			require.Equal(t, 403, a.status, a.text())
			require.Equal(t, "forbidden", a.code())
		})
	}
}
