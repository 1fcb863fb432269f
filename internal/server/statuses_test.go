package server_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// contractOperation is one operation of the contract.
type contractOperation struct {
	*openapi3.Operation
	method, path string
}

// contractOperations returns the contract's operations by their ids. Tests ask hundreds of times, and do not change them.
func contractOperations(t *testing.T) map[string]contractOperation {
	t.Helper()
	operations, err := readContract()
	require.NoError(t, err)
	require.NotEmpty(t, operations)
	return operations
}

var readContract = sync.OnceValues(func() (map[string]contractOperation, error) {
	spec, err := api.GetSpec()
	if err != nil {
		return nil, err
	}
	operations := map[string]contractOperation{}
	for path, item := range spec.Paths.Map() {
		for method, described := range item.Operations() {
			operations[described.OperationID] = contractOperation{described, method, path}
		}
	}
	return operations, nil
})

func (o contractOperation) takes(scheme string) bool {
	return slices.ContainsFunc(*o.Security, func(r openapi3.SecurityRequirement) bool { return r[scheme] != nil })
}

func (o contractOperation) public() bool { return len(*o.Security) == 0 }

// optional reports whether the operation serves callers with a token and callers without credentials.
func (o contractOperation) optional() bool {
	return slices.ContainsFunc(*o.Security, func(r openapi3.SecurityRequirement) bool { return len(r) == 0 })
}

func (o contractOperation) hasBody() bool { return o.RequestBody != nil }

// bodyOf returns what the operation takes as JSON, or nil.
func (o contractOperation) bodyOf() *openapi3.Schema {
	if !o.hasBody() {
		return nil
	}
	return o.RequestBody.Value.Content.Get("application/json").Schema.Value
}

// limit returns the name of the operation's rate limit, or "".
func (o contractOperation) limit() string {
	name, _ := o.Extensions["x-rate-limit"].(string)
	return name
}

// maxBody returns how many bytes its body may have.
func (o contractOperation) maxBody() int {
	if bytes, bounded := o.Extensions["x-max-body"].(float64); bounded {
		return int(bytes)
	}
	return 16 << 10
}

// ofAccount reports whether the operation belongs to the account that its path names.
func (o contractOperation) ofAccount() bool {
	return strings.HasPrefix(o.path, "/accounts/{account_number}")
}

// namesAccount reports whether the path names an account, the caller's or another.
func (o contractOperation) namesAccount() bool { return strings.Contains(o.path, "{account_number}") }

// stage is a world in which Ada has an account with money, and a session.
type stage struct {
	*world
	ada     customer
	session tokens
	locked  bool
}

func newStage(w *world) *stage {
	s := &stage{world: w, ada: w.open("482913", 100_000)}
	s.session = w.login(s.ada)
	return s
}

func (s *stage) lockAda() {
	if !s.locked {
		s.lock(s.ada)
		s.locked = true
	}
}

// draft is a request that a test can still change.
type draft struct {
	operation      contractOperation
	account, entry string // in the path
	key            string // in the path
	query          string // with its question mark
	body           map[string]any
	credentials    []requestOption
	more           []requestOption
}

func (s *stage) send(d *draft) *answer {
	s.t.Helper()
	path := strings.NewReplacer("{account_number}", d.account, "{id}", d.entry, "{key}", d.key).Replace(d.operation.path)
	var all []requestOption
	if d.body != nil {
		all = append(all, body(d.body))
	}
	return s.call(d.operation.method, path+d.query, slices.Concat(all, d.credentials, d.more)...)
}

// properDraft returns a request of Ada's, or of the administrator's, that succeeds.
func properDraft(s *stage, o contractOperation) *draft {
	s.t.Helper()
	d := &draft{operation: o, account: s.ada.number}
	if o.takes("bearerAuth") && !o.optional() {
		d.credentials = []requestOption{bearer(s.session.AccessToken)}
	}
	switch o.OperationID {
	case "openAccount":
		d.body = map[string]any{"account_holder_name": "Grace Hopper", "pin": "730164"}
	case "changeAccount":
		d.body = map[string]any{"nickname": "Holidays"}
	case "deposit", "withdraw":
		d.body = map[string]any{"amount": 100}
	case "transfer":
		d.body = map[string]any{"to_account": s.open("730164", 0).number, "amount": 100}
	case "transferMany":
		d.body = manyDraft(s, nil).body
	case "getTransferBatch":
		sent := manyDraft(s, d.credentials)
		sent.body["mode"] = "each" // Ada may have no money left
		a := s.send(sent)
		require.Equal(s.t, 201, a.status, a.text())
		d.entry = a.field("id").(string)
	case "getIdempotencyKey":
		d.key = "of-a-deposit"
		a := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":1}`, bearer(s.session.AccessToken), idempotencyKey(d.key))
		require.Equal(s.t, 201, a.status, a.text())
	case "getTransaction":
		d.entry = newestEntry(s.world, s.ada.number)
	case "reverseTransaction":
		reversalDraft(s, d)
	case "changePin":
		d.body = map[string]any{"current_pin": s.ada.pin, "new_pin": "730164"}
	case "startSecondFactor":
		d.body = map[string]any{"pin": s.ada.pin}
	case "confirmSecondFactor":
		d.body = map[string]any{"code": s.appCode(s.startFactor(s.ada, s.session), 0)}
	case "removeSecondFactor", "replaceRecoveryCodes":
		d.body = map[string]any{"pin": s.ada.pin, "code": s.enableFactor(s.ada, s.session).recovery[0]}
	case "login":
		d.body = map[string]any{"account_number": s.ada.number, "pin": s.ada.pin}
	case "resetPin":
		d.body = map[string]any{"account_number": s.ada.number, "code": s.issueReset(s.ada), "new_pin": "730164"}
	case "refreshTokens":
		d.body = map[string]any{"refresh_token": s.login(s.ada).RefreshToken}
	case "unlockAccount":
		s.lockAda()
		d.credentials = []requestOption{adminKey(testAdminKey)}
	case "freezeAccount":
		d.body = map[string]any{"debits": true, "credits": false, "reason": "customer"}
	case "unfreezeAccount":
		s.freeze(d.account)
		d.body = map[string]any{"note": "The customer called."}
		d.credentials = []requestOption{adminKey(testAdminKey)}
	case "closeAccount":
		s.empty()
		d.body = map[string]any{"reason": "customer"}
		d.credentials = []requestOption{adminKey(testAdminKey)}
	case "setLimits":
		d.body = map[string]any{"daily": 99}
	case "createRequest", "listAccountRequests", "getRequest", "withdrawRequest", "adminListRequests", "adminGetRequest", "approveRequest",
		"rejectRequest", "adminCreateRequest", "setAccountRole", "issuePinReset":
		requestDraft(s, d)
	case "createStandingOrder", "previewStandingOrder", "listStandingOrders", "getStandingOrder", "listStandingOrderRuns", "pauseStandingOrder",
		"resumeStandingOrder", "endStandingOrder":
		standingOrderDraft(s, d)
	case "placeHold", "listHolds", "getHold", "captureHold", "voidHold":
		holdDraft(s, d)
	case "getStatement":
		d.query = "?month=2026-11"
	case "endSession":
		d.entry = newestSession(s.world, s.login(s.ada))
	case "checkSession":
		inCookie(s, d)
	case "endOtherSessions":
		s.login(s.ada)
	case "adminListAccounts", "adminStats", "adminActivity", "adminListEvents", "adminEndSessions", "adminTrialBalance",
		"adminGetPolicies":
		d.credentials = []requestOption{adminKey(testAdminKey)}
	case "adminCreateClient", "adminListClients", "adminGetClient", "adminChangeClient", "adminRevokeClient", "adminCreateClientKey",
		"adminListClientKeys", "adminRevokeClientKey":
		clientDraft(s, d)
	}
	return d
}

// manyDraft returns a request of Ada's for two transfers.
func manyDraft(s *stage, credentials []requestOption, more ...requestOption) *draft {
	s.t.Helper()
	to := s.open("730164", 0).number
	return &draft{
		operation: contractOperations(s.t)["transferMany"], account: s.ada.number, credentials: credentials, more: more,
		body: map[string]any{"items": []any{
			map[string]any{"to_account": to, "amount": 100}, map[string]any{"to_account": to, "amount": 200},
		}},
	}
}

// firstItem returns the first item of a request for many transfers.
func firstItem(d *draft) map[string]any { return d.body["items"].([]any)[0].(map[string]any) }

func newestEntry(w *world, account string) string {
	w.t.Helper()
	a := w.call("GET", "/accounts/"+account+"/transactions", adminKey(testAdminKey))
	var page struct {
		Data []struct{ ID string }
	}
	a.decode(&page)
	require.NotEmpty(w.t, page.Data, a.text())
	return page.Data[0].ID
}

func TestEveryStatusOfEveryOperation(t *testing.T) {
	t.Parallel()
	operations := contractOperations(t)
	cases := statusCases(operations)
	require.Equal(t, contractStatuses(operations), slices.Sorted(maps.Keys(cases)),
		"the cases do not match the contract: every status of every operation needs one, and no other status may have one")
	worlds := statusWorlds{
		shared: newWorld(t), quiet: newQuietWorlds(t, (*world).keepJournal), fragile: newQuietWorlds(t, func(*world) {}),
	}
	for of, byCode := range cases {
		operation, status := parseStatusKey(t, of)
		for code, bends := range byCode {
			for _, bend := range bends {
				t.Run(of+" "+code, func(t *testing.T) {
					t.Parallel()
					checkStatusCase(worlds.lend(t, status), operations[operation], status, code, bend)
				})
			}
		}
	}
}

// TestOperationsMeet sends the successful requests of all operations to one server, several at once.
func TestOperationsMeet(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s, d := statusCase(shared.lend(t), o, nil)
			checkStatus(s.world, s.send(d), successes[id], "")
		})
	}
}

func checkStatusCase(w *world, o contractOperation, status int, code string, change bend) {
	w.t.Helper()
	s, d := statusCase(w, o, change)
	changes := func() []string { return nil }
	if w.journal != nil {
		changes = s.watch()
	}
	checkStatus(s.world, s.send(d), status, code)
	require.Empty(w.t, slices.DeleteFunc(changes(), o.mayChange), "a refusal changes nothing")
}

// checkStatus checks an answer's status and, if it is a refusal or a failure, its problem.
func checkStatus(w *world, a *answer, status int, code string) {
	w.t.Helper()
	require.Equal(w.t, status, a.status, a.text())
	if status >= 400 {
		require.Equal(w.t, code, a.code(), a.text())
		checkProblem(w, a)
	}
}

// statusCase returns a case's request, and the stage that it meets.
func statusCase(w *world, o contractOperation, change bend) (*stage, *draft) {
	w.t.Helper()
	s := newStage(w)
	d := properDraft(s, o)
	if change != nil {
		change(s, d)
	}
	return s, d
}

// statusKey returns a status of an operation, as in "deposit 201".
func statusKey(operation string, status int) string { return operation + " " + strconv.Itoa(status) }

func parseStatusKey(t *testing.T, key string) (operation string, status int) {
	t.Helper()
	operation, text, _ := strings.Cut(key, " ")
	status, err := strconv.Atoi(text)
	require.NoError(t, err)
	return operation, status
}

// contractStatuses lists every status of every operation, sorted.
func contractStatuses(operations map[string]contractOperation) []string {
	var all []string
	for id, o := range operations {
		for status := range o.Responses.Map() {
			all = append(all, id+" "+status)
		}
	}
	slices.Sort(all)
	return all
}

// TestEveryCodeOfEveryStatus compares the cases with the codes that the contract's responses name: all are tried, and no operation
// returns a code that the contract does not mention.
func TestEveryCodeOfEveryStatus(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	operations := contractOperations(t)
	spec, err := api.GetSpec()
	require.NoError(t, err)
	for of, byCode := range statusCases(operations) {
		operation, status := parseStatusKey(t, of)
		if status < 400 {
			continue
		}
		response := operations[operation].Responses.Status(status)
		require.NotNil(t, response, of)
		require.Equal(t, documentedCodes(spec, response), slices.Sorted(maps.Keys(byCode)), of)
	}
}

var quotedWord = regexp.MustCompile("`([a-z_]+)`")

// documentedCodes returns the codes that a response's description names, sorted.
func documentedCodes(spec *openapi3.T, response *openapi3.ResponseRef) []string {
	description := *response.Value.Description
	if strings.HasPrefix(description, "As everywhere") {
		description += *spec.Components.Responses["Unauthenticated"].Value.Description
	}
	var codes []string
	for _, word := range quotedWord.FindAllStringSubmatch(description, -1) {
		if slices.Contains(spec.Components.Schemas["ProblemCode"].Value.Enum, any(word[1])) {
			codes = append(codes, word[1])
		}
	}
	slices.Sort(codes)
	return codes
}
