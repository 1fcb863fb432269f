package server_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// overBothProtocols runs a test over HTTP/1.1 and over HTTP/2 with TLS, with a client that buffers little of what it has not read.
func overBothProtocols(t *testing.T, patience time.Duration, run func(t *testing.T, w *world)) {
	t.Helper()
	authority := httptest.NewUnstartedServer(nil)
	authority.StartTLS()
	t.Cleanup(authority.Close)
	for protocol, secured := range map[string]func(net.Listener) net.Listener{
		"HTTP/1.1": nil,
		"HTTP/2.0": func(l net.Listener) net.Listener {
			return tls.NewListener(l, &tls.Config{Certificates: authority.TLS.Certificates, NextProtos: []string{"h2"}})
		},
	} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *options) { o.patience, o.secured = patience, secured })
			const held = 64 << 10
			w.client = &http.Client{Transport: &http.Transport{
				DisableCompression: true,
				ForceAttemptHTTP2:  true,
				TLSClientConfig:    authority.Client().Transport.(*http.Transport).TLSClientConfig.Clone(),
				HTTP2:              &http.HTTP2Config{MaxReceiveBufferPerStream: held, MaxReceiveBufferPerConnection: held},
				DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
					if err != nil {
						return nil, err
					}
					return connection, connection.(*net.TCPConn).SetReadBuffer(held)
				},
			}}
			// The first request for a file of Swagger UI compresses them all, which may take longer than this server's patience.
			require.Eventually(t, func() bool {
				response, err := w.client.Get(w.url + "/swagger/favicon-16x16.png")
				return err == nil && response.Body.Close() == nil
			}, time.Minute, 20*time.Millisecond)
			run(t, w)
		})
	}
}

// begin requests a path and reads only the head of the answer.
func (w *world) begin(path string, more ...requestOption) *http.Response {
	w.t.Helper()
	request, err := http.NewRequest(http.MethodGet, w.url+path, http.NoBody)
	require.NoError(w.t, err)
	for _, option := range more {
		option(request)
	}
	response, err := w.client.Do(request)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = response.Body.Close() })
	require.Equal(w.t, 200, response.StatusCode)
	require.Equal(w.t, w.options.secured != nil, response.ProtoMajor == 2)
	return response
}

// large is a file of Swagger UI, 1.4 MB.
const large = "/swagger/swagger-ui-bundle.js"

// A customer fetches a statement over a line so slow that it takes three times as long as the server waits for a stalled client.
func TestALongDownloadOverASlowLineEndsWhole(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	const patience = 3 * time.Second
	overBothProtocols(t, patience, func(t *testing.T, w *world) {
		t.Helper()
		s := newStage(w)
		number, err := ledger.ParseAccountNumber(s.ada.number)
		require.NoError(t, err)
		const entries, writers = 1600, 16
		var writing sync.WaitGroup
		for range writers {
			writing.Go(func() {
				for range entries / writers {
					_, err := w.bank.Deposit(context.Background(), auth.Caller{Account: number, Role: auth.RoleCustomer},
						bank.DepositParams{Account: number, Amount: 1, Description: strings.Repeat("🏠", 140)})
					require.NoError(t, err)
				}
			})
		}
		writing.Wait()
		var reading sync.WaitGroup
		for _, path := range []string{large, "/accounts/" + s.ada.number + "/statement?month=2026-11"} {
			response := w.begin(path, bearer(s.session.AccessToken))
			require.Greater(t, response.ContentLength, int64(1<<20), path)
			reading.Go(func() {
				rate := float64(response.ContentLength) / (3 * patience.Seconds())
				began, read := time.Now(), int64(0)
				for read < response.ContentLength {
					n, err := io.CopyN(io.Discard, response.Body, min(8<<10, response.ContentLength-read))
					read += n
					if err != nil {
						t.Errorf("%s ended after %d of %d bytes and %s: %v", path, read, response.ContentLength, time.Since(began), err)
						return
					}
					time.Sleep(time.Duration(float64(read)/rate*float64(time.Second)) - time.Since(began))
				}
			})
		}
		reading.Wait()
	})
}

// A client that stops reading is disconnected.
func TestAClientThatStopsReadingIsLetGo(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	overBothProtocols(t, time.Second, func(t *testing.T, w *world) {
		t.Helper()
		ended := func() int { return strings.Count(w.logs.String(), `"route":"/swagger/*"`) }
		before := ended()
		response := w.begin(large) //nolint:bodyclose // begin closes it when the test ends
		require.Eventually(t, func() bool { return ended() > before }, time.Minute, 20*time.Millisecond)
		read, err := io.Copy(io.Discard, response.Body)
		require.Error(t, err)
		require.Less(t, read, response.ContentLength)
	})
}
