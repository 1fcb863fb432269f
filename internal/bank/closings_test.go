package bank

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

func isUnavailable(err error) bool { return errors.Is(err, ErrUnavailable) }

func (br *branch) close(caller auth.Caller, number, sweepTo ledger.AccountNumber) error {
	_, err := br.bank.CloseAccount(context.Background(), caller, CloseParams{Account: number, Reason: ReasonCustomer, SweepTo: sweepTo})
	return err
}

func TestClosings(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 70).Number, br.open(t, 5).Number
	_, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{PerTransfer: amount(1), Daily: amount(1)})
	require.NoError(t, err)

	requireCode(t, CodeAccountNotEmpty, br.close(employee, ada, 0))
	account, err := br.bank.CloseAccount(ctx, employee, CloseParams{Account: ada, Reason: ReasonCustomer, SweepTo: bob, Note: "moved away"})
	require.NoError(t, err)
	require.Equal(t, StatusClosed, account.Status)
	require.Zero(t, account.Balance)
	page, err := br.bank.ListTransactions(ctx, ownerOf(bob), ListTransactionsParams{Account: bob})
	require.NoError(t, err)
	require.Equal(t, ledger.Money(75), page.Transactions[0].BalanceAfter)
	require.Equal(t, sweepDescription, page.Transactions[0].Description)
	trail, err := br.bank.AdminListEvents(ctx, operator, ListEventsParams{Type: EventAccountClosed})
	require.NoError(t, err)
	require.Equal(t, "customer swept to "+bob.String()+": moved away", trail.Events[0].Detail)

	for name, try := range map[string]func() error{
		"a deposit":    func() error { return br.deposit(ada, 1) },
		"a withdrawal": func() error { return br.withdraw(ada, 1) },
		"a transfer":   func() error { return br.transfer(ada, bob, 1) },
		"to it":        func() error { return br.transfer(bob, ada, 1) },
		"again":        func() error { return br.close(employee, ada, 0) },
		"a freeze":     func() error { return br.freeze(employee, ada, true, true, ReasonFraud) },
		"its lifting":  func() error { return br.unfreeze(employee, ada) },
		"limits":       func() error { _, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{}); return err },
		"a sweep":      func() error { return br.close(employee, bob, ada) },
	} {
		before := br.rules(t)
		requireCode(t, ledger.CodeAccountClosed, try())
		require.Equal(t, before, br.rules(t), name)
	}
	for name, read := range map[string]func() error{
		"the account": func() error { _, err := br.bank.GetAccount(ctx, ownerOf(ada), ada); return err },
		"history": func() error {
			_, err := br.bank.ListTransactions(ctx, ownerOf(ada), ListTransactionsParams{Account: ada})
			return err
		},
		"balances": func() error { _, err := br.reports.GetBalances(ctx, ownerOf(ada), ada, 0); return err },
		"limits":   func() error { _, err := br.bank.GetLimits(ctx, ownerOf(ada), ada); return err },
		"events": func() error {
			_, err := br.bank.ListAccountEvents(ctx, ownerOf(ada), ListAccountEventsParams{Account: ada})
			return err
		},
		"signing in": func() error {
			_, err := br.auth.Login(ctx, auth.Caller{Address: "192.0.2.1"}, auth.LoginParams{Account: ada, Pin: goodPin})
			return err
		},
	} {
		require.NoError(t, read(), name)
	}
	_, err = verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
}

// TestWhoMayClose, and who may decide where the money goes.
func TestWhoMayClose(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ada, bob := br.open(t, 70).Number, br.open(t, 5).Number
	opening, err := br.bank.OpenAccount(context.Background(), operator, OpenAccountParams{CustomerOf: ada, Currency: "EUR"})
	require.NoError(t, err)
	euros := opening.Account.Number
	client := func(permissions ...auth.Permission) auth.Caller {
		return auth.Caller{Client: &auth.Client{ID: uuid.UUID{7}, Permissions: permissions}}
	}
	before := br.rules(t)
	for name, c := range map[string]struct {
		caller  auth.Caller
		sweepTo ledger.AccountNumber
		code    ledger.Code
	}{
		"nobody":                       {auth.Caller{}, bob, auth.CodeForbidden},
		"another":                      {ownerOf(bob), bob, auth.CodeForbidden},
		"the owner":                    {ownerOf(ada), bob, auth.CodeForbidden},
		"staff, their own":             {staffOwnerOf(ada), bob, auth.CodeForbidden},
		"staff, to their own":          {staffOwnerOf(bob), bob, auth.CodeForbidden},
		"the admin key":                {auth.Caller{AdminKey: true}, bob, auth.CodeForbidden},
		"a client":                     {client(auth.TransfersWrite), bob, auth.CodeForbidden},
		"a client that moves no money": {client(auth.AccountsManage), bob, auth.CodeForbidden},
		"to itself":                    {employee, ada, ledger.CodeSameAccount},
		"to nowhere":                   {employee, 999999999991, ledger.CodeAccountNotFound},
		"to another currency":          {employee, euros, ledger.CodeCurrencyMismatch},
	} {
		err := br.close(c.caller, ada, c.sweepTo)
		requireCode(t, c.code, err)
		require.Equal(t, before, br.rules(t), name)
	}
	require.NoError(t, br.freeze(employee, ada, false, true, ReasonLegal))
	frozen := br.rules(t)
	requireCode(t, ledger.CodeAccountFrozen, br.close(employee, ada, bob))
	require.Equal(t, frozen, br.rules(t), "a closing is no way around a freeze")
	require.NoError(t, br.unfreeze(employee, ada))
	require.NoError(t, br.freeze(employee, bob, false, true, ReasonLegal))
	requireCode(t, ledger.CodeAccountFrozen, br.close(employee, ada, bob))
	require.NoError(t, br.unfreeze(employee, bob))
	require.NoError(t, br.close(client(auth.AccountsManage, auth.TransfersWrite), ada, bob))
	require.NoError(t, br.close(auth.Caller{AdminKey: true}, euros, 0), "an empty account")
}

// TestASweepOfMoreThanATransferMoves: all of it, in as many as it takes.
func TestASweepOfMoreThanATransferMoves(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	rich, heir := br.open(t, 0).Number, br.open(t, 1).Number
	br.fill(t, rich, 2*ledger.MaxAmount+3)
	require.NoError(t, br.close(employee, rich, heir))
	account, err := br.bank.readAccount(ctx, heir)
	require.NoError(t, err)
	require.Equal(t, 2*ledger.MaxAmount+4, account.Balance)
	full := br.open(t, 0).Number
	br.fill(t, full, ledger.MaxBalance)
	before := br.rules(t)
	requireCode(t, ledger.CodeBalanceLimitExceeded, br.close(employee, heir, full))
	require.Equal(t, before, br.rules(t))
}

// TestClosingWhileMoneyMoves: money that arrives before the closing is swept, and money that comes later stays with its sender.
func TestClosingWhileMoneyMoves(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br, ctx := newBranch(t), context.Background()
	ada, bob, heir := br.open(t, 500).Number, br.open(t, 500).Number, br.open(t, 0).Number
	var tellers sync.WaitGroup
	for range 4 {
		for _, ways := range [][2]ledger.AccountNumber{{ada, bob}, {bob, ada}} {
			tellers.Go(func() {
				for err := error(nil); err == nil || isUnavailable(err); {
					err = br.transfer(ways[0], ways[1], 1)
				}
			})
		}
	}
	closed := make(chan error, 4)
	for range cap(closed) {
		go func() { closed <- patiently(func() error { return br.close(employee, ada, heir) }) }()
	}
	succeeded := 0
	for range cap(closed) {
		if err := <-closed; err == nil {
			succeeded++
		} else {
			requireCode(t, ledger.CodeAccountClosed, err)
		}
	}
	tellers.Wait()
	require.Equal(t, 1, succeeded)
	balance := func(number ledger.AccountNumber) ledger.Money {
		account, err := br.bank.readAccount(ctx, number)
		require.NoError(t, err)
		return account.Balance
	}
	require.Zero(t, balance(ada))
	require.Equal(t, ledger.Money(1000), balance(bob)+balance(heir))
	_, err := verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
}
