//go:build unix

package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/logging"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/web"
)

// BenchmarkTransfer measures what stands in front of the store. Each of its parts is called as a handler, without a network, and over a
// connection of this machine, whose other end costs the same for all of them:
//
//	bare     Echo alone, which decodes a transfer and encodes an entry
//	session  the bank's check of an access token, which the two below contain
//	request  a transfer with everything but the bank's posting
//	transfer the whole transfer
func BenchmarkTransfer(b *testing.B) {
	s, load := benchServer(b)
	b.Run("session", func(b *testing.B) {
		defer reportCPU(b)()
		for b.Loop() {
			_, err := s.auth.Authenticate(b.Context(), auth.Caller{}, load.token)
			require.NoError(b, err)
		}
	})
	for _, part := range []struct {
		name    string
		handler http.Handler
	}{{"bare", bareHandler()}, {"request", s.withoutPosting()}, {"transfer", s.http.Handler}} {
		b.Run(part.name+"/handler", func(b *testing.B) { load.call(b, part.handler) })
		b.Run(part.name+"/connection", func(b *testing.B) { load.send(b, part.handler) })
	}
}

// bareHandler does the least that could replace the server.
func bareHandler() http.Handler {
	e := echo.New()
	e.POST("/accounts/:account_number/transfer", func(c echo.Context) error {
		var request api.TransferRequest
		if err := json.NewDecoder(c.Request().Body).Decode(&request); err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, transactionOf(fixedEntry()))
	})
	return e
}

// withoutPosting is a server that answers each transfer with the same entry.
type withoutPosting struct{ *Server }

func (s *Server) withoutPosting() http.Handler {
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(inOneChain(s.middleware()))
	api.RegisterHandlers(e, api.NewStrictHandler(withoutPosting{s}, []api.StrictMiddlewareFunc{s.recordStaff}))
	return e
}

func (s withoutPosting) Transfer(ctx context.Context, request api.TransferRequestObject) (api.TransferResponseObject, error) {
	if request.Body.Amount < 1 || request.Params.IdempotencyKey == nil || scopeOf(ctx).caller.Account == 0 {
		return nil, fmt.Errorf("the request is incomplete: %v", request)
	}
	return s.receipt(bank.Receipt{Transaction: fixedEntry()}), nil
}

func fixedEntry() ledger.Entry {
	return ledger.Entry{
		Account: 481207359144, Sequence: 12, Type: "transfer_out", Amount: 12550, Currency: "USD", BalanceAfter: 87450, Timestamp: time.Unix(1_800_000_000, 0),
		Transfer: [16]byte{1}, Counterparty: 730164000001, Description: "Rent, November",
	}
}

// benchLoad sends transfers from one account to another.
type benchLoad struct {
	path  string
	token string
	body  string
	sent  atomic.Int64
}

func benchServer(b *testing.B) (*Server, *benchLoad) {
	b.Helper()
	folder := b.TempDir()
	database := "sqlite:" + filepath.Join(folder, "bank.db")
	_, err := store.Migrate(b.Context(), database)
	require.NoError(b, err)
	st, err := store.Open(b.Context(), database)
	require.NoError(b, err)
	b.Cleanup(func() { st.Close() })
	secret := strings.Repeat("correct horse ", 4)
	service, err := auth.New(st, auth.Config{
		SecretKey: secret, AdminKey: secret, PinPepper: secret, Now: time.Now, Random: rand.Reader,
		KDF: func(pin, _ []byte, _, _ uint32, _ uint8, size uint32) []byte {
			return append(pin, make([]byte, 64)...)[:size]
		},
	})
	require.NoError(b, err)
	bk, err := bank.New(st, service, bank.Config{Currency: "USD", Now: time.Now, Random: rand.Reader})
	require.NoError(b, err)
	s, err := New(Config{
		Auth: service, Bank: bk, Reports: reports.New(st, service, reports.Config{Currencies: bk.Currencies(), Readers: bk.Readers(), Now: time.Now}),
		Ready: st.Ping, Queued: st.Queued, Pages: web.Files, Logger: benchLogger(b, filepath.Join(folder, "log")), Now: time.Now, Version: "bench",
		Limits: ratelimit.Unlimited(),
	})
	require.NoError(b, err)
	from, to := openBench(b, bk), openBench(b, bk)
	tokens, err := service.Login(b.Context(), auth.Caller{}, auth.LoginParams{Account: from, Pin: benchPIN})
	require.NoError(b, err)
	return s, &benchLoad{
		path: "/accounts/" + from.String() + "/transfer", token: tokens.Access,
		body: fmt.Sprintf(`{"to_account":"%s","amount":1,"description":"Rent, November"}`, to),
	}
}

const benchPIN = "482917"

func openBench(b *testing.B, bk *bank.Bank) ledger.AccountNumber {
	b.Helper()
	opening, err := bk.OpenAccount(b.Context(), auth.Caller{}, bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: benchPIN, InitialDeposit: 1_000_000_000_000})
	require.NoError(b, err)
	return opening.Account.Number
}

// benchLogger logs to a file as bankcore does.
func benchLogger(b *testing.B, path string) *slog.Logger {
	b.Helper()
	file, err := os.Create(path)
	require.NoError(b, err)
	buffer := logging.NewBuffer(file)
	b.Cleanup(func() { buffer.Flush(); file.Close() })
	return slog.New(logging.NewHandler(buffer, slog.LevelInfo, false))
}

// call hands transfers to a handler.
func (l *benchLoad) call(b *testing.B, handler http.Handler) {
	b.Helper()
	b.ReportAllocs()
	defer reportCPU(b)()
	w := &discardingWriter{header: http.Header{}}
	for b.Loop() {
		clear(w.header)
		handler.ServeHTTP(w, &http.Request{
			Method: http.MethodPost, URL: &url.URL{Path: l.path}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "127.0.0.1:5000", RemoteAddr: "127.0.0.1:4242",
			Header: http.Header{
				"Content-Type": {"application/json"}, "Authorization": {"Bearer " + l.token}, "Idempotency-Key": {l.key()}, "User-Agent": {"bench"},
			},
			Body: io.NopCloser(strings.NewReader(l.body)), ContentLength: int64(len(l.body)),
		})
		if w.status != http.StatusCreated {
			b.Fatalf("answered %d: %s", w.status, w.body)
		}
	}
}

func (l *benchLoad) key() string { return fmt.Sprintf("019aa8a6-1f3c-7000-8000-%012x", l.sent.Add(1)) }

// connectionsPerProcessor is how many connections send at the same time.
const connectionsPerProcessor = 8

// send sends transfers over several connections.
func (l *benchLoad) send(b *testing.B, handler http.Handler) {
	b.Helper()
	b.ReportAllocs()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	defer func() { server.Close(); <-ended }()
	defer reportCPU(b)()
	b.SetParallelism(connectionsPerProcessor)
	b.RunParallel(func(pb *testing.PB) {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer connection.Close()
		answers, request := bufio.NewReader(connection), make([]byte, 0, 4096)
		for pb.Next() {
			request = fmt.Appendf(request[:0], "POST %s HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n"+
				"Idempotency-Key: %s\r\nUser-Agent: bench\r\nContent-Length: %d\r\n\r\n%s", l.path, l.token, l.key(), len(l.body), l.body)
			if _, err := connection.Write(request); err != nil {
				b.Error(err)
				return
			}
			if status, err := readAnswer(answers); status != "201" {
				b.Errorf("answered %q: %v", status, err)
				return
			}
		}
	})
}

// readAnswer reads an answer at the least cost, and returns its status.
func readAnswer(from *bufio.Reader) (status string, err error) {
	length := 0
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		if status == "" {
			status = string(line[9:12])
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return "", err
			}
		}
		if len(line) == 2 {
			_, err := from.Discard(length)
			return status, err
		}
	}
}

// discardingWriter keeps the last part of an answer for a failure's message.
type discardingWriter struct {
	header http.Header
	status int
	body   []byte
}

func (w *discardingWriter) Header() http.Header    { return w.header }
func (w *discardingWriter) WriteHeader(status int) { w.status = status }
func (w *discardingWriter) Write(p []byte) (int, error) {
	w.body = append(w.body[:0], p...)
	return len(p), nil
}

// reportCPU reports the processor time of this process, which a busy machine disturbs less than the time of the clock.
func reportCPU(b *testing.B) func() {
	b.Helper()
	began := cpu()
	return func() { b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(b.N), "cpu-ns/op") }
}

func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
