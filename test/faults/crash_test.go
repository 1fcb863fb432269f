package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// crashPatience is the most answers after which the server is killed.
const crashPatience = 60

// newCrashTrial starts a trial of the binary that the other process tests use.
func newCrashTrial(t *testing.T) *trial {
	t.Helper()
	binary, err := bankcoretest.Binary()
	require.NoError(t, err)
	return newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
}

// TestKill kills the server again and again in the middle of its work. Every order takes effect once, and every answer stays
// true.
func TestKill(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	atLeast, crashes, interrupted := checker.Times(8), 0, 0
	for ; crashes < atLeast || interrupted < atLeast; crashes++ { // a kill may find every request answered
		require.Less(t, crashes, 10*atLeast, "no request was interrupted")
		tr.during(int64(1+crashes%atLeast*crashPatience/atLeast), func(context.CancelFunc) { _ = tr.p.Cmd.Process.Kill() })
		require.Equal(t, -1, tr.ended())
		tr.restart()
		interrupted = 0
		for _, call := range tr.record.Calls() {
			if call.Outcome == checker.Unknown {
				interrupted++
			}
		}
	}
	tr.terminate()
	tr.report("kill -9 under load", crashes)
}

// TestKillBetweenCommitAndAnswer: the client never learns that the transfer was made, repeats it after the crash, and gets the
// answer that was meant for it.
func TestKillBetweenCommitAndAnswer(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	customer := tr.customers[0]
	r := checker.Request{
		Type: checker.TransferOut, Account: customer.Number, To: tr.customers[1].Number, Amount: 5, Key: "rent", Description: "rent",
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(tr.p.URL, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Idempotency-Key: %s\r\nAuthorization: %s\r\n\r\n%s", r.Path(), len(r.Body()), r.Key, customer.Authorization(), r.Body())
	require.NoError(t, err)
	auth := []string{"Authorization", customer.Authorization()}
	var made []checker.Entry
	for began := time.Now(); len(made) < 2 && time.Since(began) < bankcoretest.Patience; {
		made = tr.p.History(customer.Number, auth)
	}
	tr.kill()
	require.Len(t, made, 2, "the transfer was not made")

	tr.serve()
	again := tr.client.Do(context.Background(), customer, r)
	require.Equal(t, checker.Acknowledged, again.Outcome, again.Code)
	require.True(t, again.Replayed)
	require.Equal(t, made[1], again.Entry)
	if meant, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil { // it had left before the kill, but was not read
		defer func() { _ = meant.Body.Close() }()
		unread, err := io.ReadAll(meant.Body)
		require.NoError(t, err)
		var told checker.Entry
		require.NoError(t, json.Unmarshal(unread, &told))
		require.Equal(t, told, again.Entry)
	}
	require.Equal(t, made, tr.p.History(customer.Number, auth), "made twice")
	tr.p.Stop()
}

// TestKillBetweenCaptureAndAnswer is TestKillBetweenCommitAndAnswer for the capture of a hold, which cannot be captured twice.
func TestKillBetweenCaptureAndAnswer(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	ctx, customer := context.Background(), tr.customers[0]
	placed := tr.client.Hold(ctx, customer, checker.HoldCall{
		Account: customer.Number, To: tr.customers[1].Number, Amount: 50, Key: "bicycle", Description: "bicycle",
	})
	require.Equal(t, checker.Acknowledged, placed.Outcome, placed.Code)
	capture := checker.HoldCall{
		Kind: checker.Capture, Account: customer.Number, ID: placed.Hold.ID, Amount: 40, Final: true, Key: "shipped",
	}
	heard := make(chan checker.HoldCall, 1)
	go func() { heard <- tr.client.Hold(ctx, customer, capture) }()
	auth := []string{"Authorization", customer.Authorization()}
	var made []checker.Entry
	for began := time.Now(); len(made) < 2 && time.Since(began) < bankcoretest.Patience; {
		made = tr.p.History(customer.Number, auth)
	}
	tr.kill()
	<-heard // the answer, if it was faster than the kill
	require.Len(t, made, 2, "the hold was not captured")

	tr.serve()
	again := tr.client.Hold(ctx, customer, capture)
	require.Equal(t, checker.Acknowledged, again.Outcome, again.Code)
	require.True(t, again.Replayed)
	require.Equal(t, made[1], again.Entry)
	capture.Key = ""
	require.Equal(t, "hold_not_pending", tr.client.Hold(ctx, customer, capture).Code)
	require.Equal(t, made, tr.p.History(customer.Number, auth), "captured twice")
	tr.terminate()
	tr.requireKept()
}

// TestKillWhileHolding kills the server again and again while money is held, captured and given back.
func TestKillWhileHolding(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	require.NoError(t, tr.load(0, 0).Holds(context.Background())) // some that are answered for sure
	kills := checker.Times(4)
	for kill := range kills {
		before, done := len(tr.record.HoldCalls()), make(chan error, 1)
		go func() { done <- tr.load(0, 0).Holds(context.Background()) }()
		require.Eventually(t, func() bool { return len(tr.record.HoldCalls()) > before+5+9*kill }, bankcoretest.Patience, time.Millisecond)
		tr.kill()
		<-done // its calls find no server
		tr.serve()
		tr.requireKept()
	}
	tr.terminate()
	tr.report("kill -9 while money is held", kills)
}
