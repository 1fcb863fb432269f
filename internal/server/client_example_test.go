package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/api/client"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/web"
)

// An integrator opens an account with the generated client, signs in, deposits money, and checks the receipt: its hash must be made
// from the entry and from the hash of the entry before.
func Example_client() {
	url, stop := serveExample()
	defer stop()
	ctx := context.Background()
	c, err := client.NewClientWithResponses(url)
	if err != nil {
		panic(err)
	}

	opened, err := c.OpenAccountWithResponse(ctx, nil, client.OpenAccountRequest{AccountHolderName: new("Ada Lovelace"), Pin: new("482913")})
	if err != nil || opened.JSON201 == nil {
		panic(fmt.Sprint(err, opened))
	}
	account := opened.JSON201.AccountNumber
	login, err := c.LoginWithResponse(ctx, client.LoginRequest{AccountNumber: account, Pin: "482913"})
	if err != nil || login.JSON200 == nil {
		panic(fmt.Sprint(err, login))
	}
	signed := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+login.JSON200.AccessToken)
		return nil
	}

	key := "salary-november" // a retry under this key cannot deposit twice
	deposited, err := c.DepositWithResponse(ctx, account, &client.DepositParams{IdempotencyKey: &key}, client.AmountRequest{Amount: 250_000}, signed)
	if err != nil || deposited.JSON201 == nil {
		panic(fmt.Sprint(err, deposited))
	}
	history, err := c.ListTransactionsWithResponse(ctx, account, nil, signed)
	if err != nil || history.JSON200 == nil {
		panic(fmt.Sprint(err, history))
	}
	before := history.JSON200.Data[1] // newest first: the opening

	receipt := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(deposited.Body))
	decoder.UseNumber()
	if err := decoder.Decode(&receipt); err != nil {
		panic(err)
	}
	fmt.Println("balance:", deposited.JSON201.BalanceAfter, deposited.JSON201.Currency)
	fmt.Println("the receipt holds:", recomputedHash(before.Hash, receipt) == deposited.JSON201.Hash)
	// Output:
	// balance: 250000 USD
	// the receipt holds: true
}

// recomputedHash does what the contract's introduction tells a client to do, and nothing else. It shares no code with the bank, and
// thereby proves that the contract is all that a client needs.
func recomputedHash(previous string, entry map[string]any) string {
	lines := []string{previous}
	for _, name := range []string{
		"id", "account_number", "sequence", "transaction_type", "amount", "currency",
		"balance_after", "timestamp", "transfer_id", "counterparty_account", "description",
	} {
		value := entry[name]
		if value == nil {
			value = ""
		}
		lines = append(lines, fmt.Sprint(value))
	}
	for _, fact := range []struct{ name, member string }{
		{"reference", "reference"}, {"via", "via"}, {"hold", "hold_id"}, {"reverses", "reverses_id"},
	} {
		if value, has := entry[fact.member]; has {
			lines = append(lines, fmt.Sprint(fact.name, "=", value))
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// serveExample starts a bank on a database file of its own.
func serveExample() (url string, stop func()) {
	_, _, url, stop = serveExampleBank()
	return url, stop
}

// serveExampleBank is serveExample for an example that has the operator's shell, too.
func serveExampleBank() (a *auth.Service, b *bank.Bank, url string, stop func()) {
	ctx, end := context.WithCancel(context.Background())
	folder, err := os.MkdirTemp("", "bankcore-example")
	if err != nil {
		panic(err)
	}
	database := "sqlite:" + filepath.Join(folder, "bank.db")
	if _, err := store.Migrate(ctx, database); err != nil {
		panic(err)
	}
	s, err := store.Open(ctx, database)
	if err != nil {
		panic(err)
	}
	a, err = auth.New(s, auth.Config{
		SecretKey: testSecretKey, AdminKey: testAdminKey, PinPepper: testPepper, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		panic(err)
	}
	b, err = bank.New(s, a, bank.Config{Currency: "USD", Now: time.Now, Random: rand.Reader})
	if err != nil {
		panic(err)
	}
	srv, err := server.New(server.Config{
		Auth: a, Bank: b, Reports: reports.New(s, a, reports.Config{Currencies: b.Currencies(), Readers: b.Readers(), Now: time.Now}),
		Ready: s.Ping, Queued: s.Queued, Pages: web.Files, Logger: slog.New(slog.DiscardHandler), Now: time.Now, Version: "example",
		Limits: ratelimit.Unlimited(),
	})
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	ended := make(chan error)
	go func() { ended <- srv.Serve(ctx, listener, nil) }()
	return a, b, "http://" + listener.Addr().String(), func() {
		end()
		if err := <-ended; err != nil {
			panic(err)
		}
		s.Close()
		os.RemoveAll(folder)
	}
}
