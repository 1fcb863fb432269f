package loadgen

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
)

const (
	// remoteAtATime is how many accounts are opened or read at once.
	remoteAtATime = 8
	remoteTimeout = time.Minute
)

// Remote is a server that is reached only through its contract.
type Remote struct {
	url    string
	client *http.Client
}

// NewRemote returns the server at a URL.
func NewRemote(url string) *Remote {
	return &Remote{url: strings.TrimSuffix(url, "/"), client: &http.Client{
		Timeout: remoteTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: remoteAtATime},
	}}
}

// Close closes the connections.
func (r *Remote) Close() { r.client.CloseIdleConnections() }

// OpenAccounts opens accounts with a deposit each and signs in to all of them, because only owners may read a balance.
func (r *Remote) OpenAccounts(ctx context.Context, progress io.Writer, count int, deposit int64) ([]Account, error) {
	accounts := make([]Account, count)
	err := Each(ctx, progress, "accounts opened", count, remoteAtATime, func(ctx context.Context, i int) error {
		var err error
		accounts[i], err = r.openAccount(ctx, deposit)
		return err
	})
	return accounts, err
}

func (r *Remote) openAccount(ctx context.Context, deposit int64) (Account, error) {
	pin, err := newPIN()
	if err != nil {
		return Account{}, err
	}
	var opened api.Account
	name := "Bench Account"
	opening := api.OpenAccountRequest{AccountHolderName: &name, Pin: &pin, InitialDeposit: &deposit}
	if err := r.call(ctx, http.MethodPost, "/accounts", "", opening, &opened, "RATE_LIMIT_REGISTER"); err != nil {
		return Account{}, fmt.Errorf("open an account: %w", err)
	}
	var tokens api.TokenPair
	login := api.LoginRequest{AccountNumber: opened.AccountNumber, Pin: pin}
	if err := r.call(ctx, http.MethodPost, "/auth/login", "", login, &tokens, "RATE_LIMIT_LOGIN"); err != nil {
		return Account{}, fmt.Errorf("sign in: %w", err)
	}
	return Account{Number: opened.AccountNumber, Token: tokens.AccessToken}, nil
}

// newPIN draws 12 digits that do not start with a zero. The bank refuses one in a million of those as weak.
func newPIN() (string, error) {
	const smallest = 100_000_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(9*smallest))
	if err != nil {
		return "", err
	}
	return n.Add(n, big.NewInt(smallest)).String(), nil
}

// Balance reads an account's current balance.
func (r *Remote) Balance(ctx context.Context, a Account) (int64, error) {
	var read api.Account
	err := r.call(ctx, http.MethodGet, "/accounts/"+a.Number, a.Token, nil, &read, "")
	return read.Balance, err
}

// entry reads an entry's account and amount.
func (r *Remote) entry(ctx context.Context, a Account, id string) (number string, amount int64, err error) {
	var read api.Transaction
	err = r.call(ctx, http.MethodGet, "/accounts/"+a.Number+"/transactions/"+id, a.Token, nil, &read, "")
	return read.AccountNumber, read.Amount, err
}

// call sends a request and decodes a successful answer. The limit is the setting that causes a 429.
func (r *Remote) call(ctx context.Context, method, path, token string, body, answer any, limit string) error {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.url+path, content)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return refusal(response, text, limit)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return errors.New("the answer does not match the contract")
	}
	return nil
}

func refusal(response *http.Response, text []byte, limit string) error {
	var problem api.Problem
	_ = json.Unmarshal(text, &problem) // an answer that is not a problem still has a status
	if response.StatusCode == http.StatusTooManyRequests {
		return fmt.Errorf("the server limits how often this is asked (429, Retry-After %s s): start it with %s=off",
			response.Header.Get("Retry-After"), limit)
	}
	return fmt.Errorf("answered with %d %s", response.StatusCode, problem.Code)
}
