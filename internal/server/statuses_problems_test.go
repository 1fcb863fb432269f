package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// checkProblem checks a problem against what the contract promises about all of them.
func checkProblem(w *world, a *answer) {
	w.t.Helper()
	var p api.Problem
	a.decode(&p)
	require.Equal(w.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(w.t, a.status, p.Status)
	require.Equal(w.t, "/problems/"+string(p.Code), p.Type)
	require.Equal(w.t, a.header.Get("X-Request-Id"), p.RequestId)
	require.NotEmpty(w.t, p.Title)
	require.NotEmpty(w.t, p.Detail)
	if p.Errors == nil || !otherAccountAtFault(*p.Errors) {
		require.Equal(w.t, p.Code == "invalid_request" || p.Code == "batch_refused", p.Errors != nil, "errors is for invalid input and refused items: %s", a.text())
	}
	require.Equal(w.t, p.Code == "limit_exceeded", p.Limit != nil, a.text())
	require.Equal(w.t, p.Code == "limit_exceeded" || p.Code == "reversal_exceeded", p.Remaining != nil, a.text())
	checkProblemHeaders(w, a, &p)

	page := w.call("GET", p.Type)
	require.Equal(w.t, 200, page.status)
	require.Contains(w.t, page.header.Get("Content-Type"), "text/html")
	require.Contains(w.t, page.text(), string(p.Code))
	require.Contains(w.t, page.text(), strconv.Itoa(a.status))

	if a.status >= 500 {
		for _, inner := range []string{"sql", "table", "column", "database is closed", "hash", ".go"} {
			require.NotContains(w.t, a.text(), inner, "the cause is only for the log")
		}
		require.True(w.t, failureLogged(w.logs.String(), p.RequestId), "the log does not show the cause")
	}
}

// otherAccountAtFault reports whether a problem points at the account that would have received money.
func otherAccountAtFault(faults []api.FieldError) bool {
	return len(faults) == 1 && (faults[0].Pointer == "/to_account" || faults[0].Pointer == "/sweep_to")
}

// failureLogged reports whether a log shows that a request failed, and why.
func failureLogged(log, requestID string) bool {
	for line := range strings.Lines(log) {
		var record struct {
			Level, Error string
			RequestID    string `json:"request_id"`
		}
		err := json.Unmarshal([]byte(line), &record)
		if err == nil && record.Level == "ERROR" && record.Error != "" && record.RequestID == requestID {
			return true
		}
	}
	return false
}

func checkProblemHeaders(w *world, a *answer, p *api.Problem) {
	w.t.Helper()
	challenge := a.header.Get("WWW-Authenticate")
	require.Equal(w.t, a.status == 401, strings.HasPrefix(challenge, "Bearer "), challenge)
	badToken := p.Code == "invalid_token" || p.Code == "token_revoked" || p.Code == "invalid_client_key"
	require.Equal(w.t, badToken, strings.Contains(challenge, `error="invalid_token"`), challenge)

	wait := a.header.Get("Retry-After")
	require.Equal(w.t, a.status == 429 || a.status == 503, wait != "", "Retry-After: %q", wait)
	if wait != "" {
		seconds, err := strconv.Atoi(wait)
		require.NoError(w.t, err)
		require.Positive(w.t, seconds)
	}
	require.Equal(w.t, a.status == 405, a.header.Get("Allow") != "", "Allow: %q", a.header.Get("Allow"))
	require.Equal(w.t, "no-store", a.header.Get("Cache-Control"))
}

// goldenProblems maps each code to the case that produces its problem: the first case of a status.
var goldenProblems = map[string]string{
	"invalid_request":           "transfer 400",
	"unauthenticated":           "getAccount 401",
	"invalid_token":             "getAccount 401",
	"token_revoked":             "getAccount 401",
	"invalid_client_key":        "getAccount 401",
	"invalid_credentials":       "login 401",
	"invalid_reset_code":        "resetPin 401",
	"second_factor_required":    "login 401",
	"invalid_second_factor":     "login 401",
	"forbidden":                 "getAccount 403",
	"invalid_admin_key":         "getAccount 403",
	"client_network_refused":    "getAccount 403",
	"invitation_required":       "openAccount 403",
	"invalid_invitation":        "openAccount 403",
	"openings_closed":           "openAccount 403",
	"cash_closed":               "deposit 403",
	"account_not_found":         "getAccount 404",
	"transaction_not_found":     "getTransaction 404",
	"batch_not_found":           "getTransferBatch 404",
	"standing_order_not_found":  "getStandingOrder 404",
	"standing_order_over":       "pauseStandingOrder 409",
	"too_many_standing_orders":  "createStandingOrder 409",
	"session_not_found":         "endSession 404",
	"idempotency_key_not_found": "getIdempotencyKey 404",
	"client_not_found":          "adminGetClient 404",
	"client_key_not_found":      "adminRevokeClientKey 404",
	"not_found":                 "GET /nowhere",
	"method_not_allowed":        "DELETE /accounts",
	"not_acceptable":            "getStatement 406",
	"reference_used":            "transfer 409",
	"not_reversible":            "reverseTransaction 409",
	"reversal_exceeded":         "reverseTransaction 422",
	"too_many_accounts":         "openAccount 409",
	"account_not_locked":        "unlockAccount 409",
	"client_revoked":            "adminChangeClient 409",
	"too_many_keys":             "adminCreateClientKey 409",
	"second_factor_enabled":     "startSecondFactor 409",
	"second_factor_not_started": "confirmSecondFactor 409",
	"payload_too_large":         "openAccount 413",
	"unsupported_media_type":    "openAccount 415",
	"insufficient_funds":        "withdraw 422",
	"same_account":              "transfer 422",
	"currency_mismatch":         "transfer 422",
	"balance_limit_exceeded":    "deposit 422",
	"batch_refused":             "transferMany 422",
	"weak_pin":                  "openAccount 422",
	"idempotency_key_reused":    "deposit 422",
	"statement_too_large":       "getStatement 422",
	"account_locked":            "login 423",
	"rate_limited":              "transfer 429",
	"internal":                  "deposit 500",
	"account_frozen":            "withdraw 423",
	"account_closed":            "deposit 409",
	"account_not_frozen":        "unfreezeAccount 409",
	"account_not_empty":         "closeAccount 409",
	"request_not_found":         "getRequest 404",
	"request_pending":           "createRequest 409",
	"nothing_to_change":         "createRequest 409",
	"request_not_pending":       "approveRequest 409",
	"request_impossible":        "approveRequest 422",
	"limit_exceeded":            "transfer 422",
	"hold_not_found":            "getHold 404",
	"hold_not_pending":          "captureHold 409",
	"hold_expired":              "captureHold 409",
	"hold_exceeded":             "captureHold 422",
	"account_has_holds":         "closeAccount 409",
	"unavailable":               "login 503",
}

func TestProblemDocuments(t *testing.T) {
	t.Parallel()
	operations := contractOperations(t)
	cases := statusCases(operations)
	spec, err := api.GetSpec()
	require.NoError(t, err)
	shared := newWorld(t)
	var files []string
	for _, enumerated := range spec.Components.Schemas["ProblemCode"].Value.Enum {
		code, _ := enumerated.(string)
		files = append(files, code+".json")
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			source := goldenProblems[code]
			require.NotEmpty(t, source, "this code has no case")
			w := shared.lend(t)
			var a *answer
			if method, path, found := strings.Cut(source, " /"); found {
				a = w.call(method, "/"+path)
			} else {
				operation, status := parseStatusKey(t, source)
				if status == http.StatusInternalServerError {
					w = newWorld(t)
				}
				stage, draft := statusCase(w, operations[operation], cases[source][code][0])
				w, a = stage.world, stage.send(draft)
			}
			require.Equal(t, code, a.code(), a.text())
			checkProblem(w, a)
			checkGolden(t, filepath.Join("testdata", "problems", code+".json"), a)
		})
	}
	t.Cleanup(func() {
		var found []string
		entries, err := os.ReadDir(filepath.Join("testdata", "problems"))
		require.NoError(t, err)
		for _, entry := range entries {
			found = append(found, entry.Name())
		}
		require.ElementsMatch(t, files, found, "a golden file belongs to no code")
	})
}

func checkGolden(t *testing.T, path string, a *answer) {
	t.Helper()
	normalised := bytes.ReplaceAll(a.body, []byte(a.header.Get("X-Request-Id")), []byte("REQUEST-ID"))
	var got bytes.Buffer
	require.NoError(t, json.Indent(&got, normalised, "", "  "))
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

// The contract lists neither status with its operations, because a request that gets one has found no operation.
func TestOtherMethodsAndPaths(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	taken := map[string][]string{} // methods by path
	for _, o := range contractOperations(t) {
		taken[o.path] = append(taken[o.path], o.method)
	}
	for path, methods := range taken {
		at := strings.NewReplacer("{account_number}", unusedNumber, "{id}", "x", "{key}", "x").Replace(path)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "BREW"} {
			if slices.Contains(methods, method) {
				continue
			}
			a := w.call(method, at, adminKey(testAdminKey))
			require.Equal(t, 405, a.status, "%s %s", method, at)
			require.Equal(t, "method_not_allowed", a.code())
			checkProblem(w, a)
			for _, allowed := range methods {
				require.Contains(t, a.header.Get("Allow"), allowed, at)
			}
			require.NotContains(t, a.header.Get("Allow"), method, at)
		}
	}
	for _, path := range []string{"/nowhere", "/accounts/", "/accounts/" + unusedNumber + "/nowhere", "/admin", "/auth/login/x",
		"/problems/nonsense", "/swagger/nowhere", "/app/nowhere", "/app/../secrets.env", "/HEALTHZ"} {
		a := w.call("GET", path, adminKey(testAdminKey))
		require.Equal(t, 404, a.status, path)
		require.Equal(t, "not_found", a.code(), path)
		checkProblem(w, a)
	}
}

// A request in progress is still answered when the server is told to stop, and /readyz announces the stop.
func TestNotReadyWhileDraining(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	address := strings.TrimPrefix(w.url, "http://")
	connection, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	require.NoError(t, connection.SetDeadline(time.Now().Add(2*time.Minute)))
	_, err = fmt.Fprint(connection, "GET /readyz HTTP/1.1\r\nHost: bank\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
	require.NoError(t, err)
	reader := bufio.NewReader(connection)
	interim, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	require.NoError(t, interim.Body.Close())
	require.Equal(t, http.StatusContinue, interim.StatusCode, "the server is now waiting for the end of the body")

	go w.stop()
	require.Eventually(t, func() bool {
		another, err := net.Dial("tcp", address)
		if err == nil {
			_ = another.Close()
		}
		return err != nil
	}, time.Minute, time.Millisecond, "a stopping server accepts no new connections")

	_, err = fmt.Fprint(connection, "0\r\n\r\n")
	require.NoError(t, err)
	request, err := http.NewRequest(http.MethodGet, "http://bank/readyz", http.NoBody)
	require.NoError(t, err)
	response, err := http.ReadResponse(reader, request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	a := &answer{t: t, status: response.StatusCode, header: response.Header, body: content}
	require.NoError(t, w.checkAnswer(request, a))
	require.Equal(t, 503, a.status, a.text())
	require.Equal(t, "unavailable", a.code())
	require.Equal(t, "The server is about to stop.", a.field("detail"))
	require.NotEmpty(t, a.header.Get("Retry-After"))
}

// The second leg of a transfer cannot be posted: nothing of the first leg remains, nor of the idempotency key.
func TestAFailureHalfwayChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s := newStage(newWorld(t))
	d := properDraft(s, contractOperations(t)["transfer"])
	bob := d.body["to_account"].(string)
	d.more = append(d.more, idempotencyKey("once"))
	behindTheServer(s.world, storetest.Break("accounts", "OLD.account_number = "+bob))
	a := s.send(d)
	require.Equal(t, 500, a.status, a.text())
	checkProblem(s.world, a)
	require.Contains(t, s.logs.String(), "broken")
	require.Equal(t, int64(100_000), s.balance(s.ada.number))
	require.Equal(t, int64(2), s.verify().Entries)

	behindTheServer(s.world, storetest.Mend())
	a = s.send(d)
	require.Equal(t, 201, a.status, a.text())
	require.Empty(t, a.header.Get("Idempotent-Replayed"))
	require.Equal(t, int64(100), s.balance(bob))
	require.Equal(t, int64(4), s.verify().Entries)
}

// Another process, a backup program perhaps, holds the database longer than the server waits.
func TestABusyDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	d := properDraft(s, contractOperations(t)["deposit"])
	d.more = append(d.more, idempotencyKey("once"))
	hold, err := storetest.Raw(t, s.database).Begin()
	require.NoError(t, err)
	_, err = hold.Exec("UPDATE accounts SET nickname = nickname") // this takes the write lock
	require.NoError(t, err)
	a := s.send(d)
	require.Equal(t, 503, a.status, a.text())
	require.Equal(t, "unavailable", a.code())
	checkProblem(s.world, a)
	require.Equal(t, 200, s.call("GET", "/readyz").status, "reading still works")
	require.NoError(t, hold.Rollback())

	a = s.send(d)
	require.Equal(t, 201, a.status, a.text())
	require.Empty(t, a.header.Get("Idempotent-Replayed"))
	require.Equal(t, int64(100_100), s.balance(s.ada.number))
}
