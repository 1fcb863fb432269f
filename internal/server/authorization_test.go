package server_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
)

// authorizationMatrix lists who may do what. Each request concerns Ada's account and is valid in every other way; the columns
// name the caller's credentials. A number is a success; refusalWords explains the words. Public operations ignore credentials,
// but no PIN of a locked account is accepted. A PIN reset lifts the lock, but its code expires before an access token
// does.
//
//nolint:dupword // a table repeats itself
const authorizationMatrix = `
operation          nobody  another  owner  owner-locked  admin   admin-locked  right-key  wrong-key  refresh  expired  ended
openAccount        201     201      201    201           201     201           201        201        201      201      201
login              200     200      200    locked        200     200           200        200        200      200      200
checkSession       200     200      200    200           200     200           200        200        200      200      200
refreshTokens      200     200      200    200           200     200           200        200        200      200      200
resetPin           204     204      204    204           204     204           204        204        204      late     204
health             200     200      200    200           200     200           200        200        200      200      200
ready              200     200      200    200           200     200           200        200        200      200      200
version            200     200      200    200           200     200           200        200        200      200      200
listCurrencies     200     200      200    200           200     200           200        200        200      200      200

getAccount         who     no       200    200           200     200           200        key        token    token    over
listTransactions   who     no       200    200           200     200           200        key        token    token    over
getTransaction     who     no       200    200           200     200           200        key        token    token    over
getBalances        who     no       200    200           200     200           200        key        token    token    over
getStatement       who     no       200    200           200     200           200        key        token    token    over
listAccountEvents  who     no       200    200           200     200           200        key        token    token    over
getPayee           who     200      200    200           200     200           who        who        token    token    over

getIdempotencyKey  who     no       200    200           no      no            who        who        token    token    over
deposit            who     no       201    201           no      no            who        who        token    token    over
withdraw           who     no       201    201           no      no            who        who        token    token    over
transfer           who     no       201    201           no      no            who        who        token    token    over
changePin          who     no       204    locked        no      no            who        who        token    token    over
getSecondFactor    who     no       200    200           no      no            who        who        token    token    over
startSecondFactor  who     no       200    locked        no      no            who        who        token    token    over
confirmSecondFactor who    no       200    200           no      no            who        who        token    token    over
removeSecondFactor who     no       204    locked        no      no            who        who        token    token    over
replaceRecoveryCodes who   no       200    locked        no      no            who        who        token    token    over
logout             who     204      204    204           204     204           who        who        token    token    over
listSessions       who     200      200    200           200     200           who        who        token    token    over
endSession         who     none     204    204           none    none          who        who        token    token    over
endOtherSessions   who     204      204    204           204     204           who        who        token    token    over

unlockAccount      who     no       no     no            200     200           200        key        token    token    over
adminEndSessions   who     no       no     no            200     200           200        key        token    token    over
adminListAccounts  who     no       no     no            200     200           200        key        token    token    over
adminStats         who     no       no     no            200     200           200        key        token    token    over
adminActivity      who     no       no     no            200     200           200        key        token    token    over
adminListEvents    who     no       no     no            200     200           200        key        token    token    over
`

// refusalWords maps a status and code to the matrix's word.
var refusalWords = map[string]string{
	"401 unauthenticated":    "who",
	"401 invalid_token":      "token",
	"401 token_revoked":      "over",
	"403 forbidden":          "no",
	"403 invalid_admin_key":  "key",
	"423 account_locked":     "locked",
	"404 session_not_found":  "none",
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
		s.clock.pass(bank.AccessLifetime)
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
	columns, rows := readMatrix(t)
	require.ElementsMatch(t, slices.Collect(maps.Keys(callers)), columns)
	require.ElementsMatch(t, slices.Collect(maps.Keys(operations)), slices.Collect(maps.Keys(rows)),
		"the matrix's operations are not those of the contract")
	for column, name := range columns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for id, cells := range rows {
				s := newStage(w)
				d := properDraft(s, operations[id])
				d.credentials = callers[name](s)
				a := s.send(d)
				if got := matrixCell(a); got != cells[column] {
					t.Errorf("%s by %s: got %s, want %s: %s", id, name, got, cells[column], a.text())
				}
			}
		})
	}
}

// readMatrix gives the columns' names and, by operation, the cells under them.
func readMatrix(t *testing.T) (columns []string, rows map[string][]string) {
	t.Helper()
	rows = map[string][]string{}
	for line := range strings.Lines(authorizationMatrix) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case columns == nil:
			columns = fields[1:]
		default:
			require.Len(t, fields, len(columns)+1, line)
			require.NotContains(t, rows, fields[0])
			rows[fields[0]] = fields[1:]
		}
	}
	return columns, rows
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
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		if !o.takes("bearerAuth") {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(shared.lend(t))
			d := properDraft(s, o)
			if !o.takes("adminKey") {
				d.credentials = append(signedIn(s.session), adminKey("wrong"))
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
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		if o.public() || o.takes("adminKey") {
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
