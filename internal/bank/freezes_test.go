package bank

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// employee is a member of staff who owns no account of the test.
var employee = auth.Caller{Customer: uuid.UUID{0xee}, Account: 100000000008, Role: auth.RoleEmployee, RequestID: "test"}

// staffOwnerOf returns a member of staff whose own account this is.
func staffOwnerOf(number ledger.AccountNumber) auth.Caller {
	caller := ownerOf(number)
	caller.Role = auth.RoleAdmin
	return caller
}

func (br *branch) transfer(from, to ledger.AccountNumber, amount ledger.Money) error {
	_, err := br.bank.Transfer(context.Background(), ownerOf(from), TransferParams{Account: from, To: to, Amount: amount})
	return err
}

func (br *branch) withdraw(from ledger.AccountNumber, amount ledger.Money) error {
	_, err := br.bank.Withdraw(context.Background(), ownerOf(from), WithdrawParams{Account: from, Amount: amount})
	return err
}

func (br *branch) deposit(to ledger.AccountNumber, amount ledger.Money) error {
	_, err := br.bank.Deposit(context.Background(), ownerOf(to), DepositParams{Account: to, Amount: amount})
	return err
}

func (br *branch) freeze(caller auth.Caller, number ledger.AccountNumber, debits, credits bool, reason StatusReason) error {
	_, err := br.bank.FreezeAccount(context.Background(), caller,
		FreezeParams{Account: number, Debits: debits, Credits: credits, Reason: reason})
	return err
}

func (br *branch) unfreeze(caller auth.Caller, number ledger.AccountNumber) error {
	_, err := br.bank.UnfreezeAccount(context.Background(), caller, UnfreezeParams{Account: number})
	return err
}

func TestFreezes(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 100).Number, br.open(t, 100).Number

	require.NoError(t, br.freeze(employee, ada, true, false, ReasonFraud))
	requireCode(t, ledger.CodeAccountFrozen, br.withdraw(ada, 1))
	requireCode(t, ledger.CodeAccountFrozen, br.transfer(ada, bob, 1))
	require.NoError(t, br.deposit(ada, 1))
	require.NoError(t, br.transfer(bob, ada, 1))

	require.NoError(t, br.freeze(employee, ada, false, true, ReasonLegal), "a freeze replaces the one before")
	require.NoError(t, br.withdraw(ada, 1))
	requireCode(t, ledger.CodeAccountFrozen, br.deposit(ada, 1))
	err := br.transfer(bob, ada, 1)
	requireCode(t, ledger.CodeAccountFrozen, err)
	require.Equal(t, "/to_account", err.(*ledger.Refusal).Pointer) //nolint:errorlint,forcetypeassert // requireCode has looked

	_, err = br.bank.ListTransactions(ctx, ownerOf(ada), ListTransactionsParams{Account: ada})
	require.NoError(t, err, "a frozen account can be read")
	require.NoError(t, br.unfreeze(employee, ada))
	require.NoError(t, br.deposit(ada, 1))
	requireCode(t, CodeAccountNotFrozen, br.unfreeze(employee, ada))
}

// TestAFreezeEndsByItself at its time, for postings and for what is shown.
func TestAFreezeEndsByItself(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada := br.open(t, 100).Number
	until := br.bank.now().Add(time.Hour)
	account, err := br.bank.FreezeAccount(ctx, employee,
		FreezeParams{Account: ada, Debits: true, Credits: true, Reason: ReasonOther, Until: until})
	require.NoError(t, err)
	require.Equal(t, StatusFrozen, account.Status)
	require.Equal(t, ledger.Freeze{Debits: true, Credits: true, Until: until}, account.Freeze)
	br.clock.pass(time.Hour - time.Microsecond)
	requireCode(t, ledger.CodeAccountFrozen, br.withdraw(ada, 1))
	br.clock.pass(time.Microsecond)
	require.NoError(t, br.withdraw(ada, 1))
	account, err = br.bank.GetAccount(ctx, employee, ada)
	require.NoError(t, err)
	require.Equal(t, StatusOpen, account.Status)
	require.Zero(t, account.Freeze)
	requireCode(t, CodeAccountNotFrozen, br.unfreeze(employee, ada))
	require.NoError(t, br.freeze(ownerOf(ada), ada, true, false, ReasonCustomer), "what has ended is in nobody's way")
}

// TestOwnersFreezeTheirDebitsAlone, and lift nothing, even if they are staff.
func TestOwnersFreezeTheirDebitsAlone(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ada, bob := br.open(t, 100).Number, br.open(t, 100).Number
	before := br.rules(t)
	for _, own := range []auth.Caller{ownerOf(ada), staffOwnerOf(ada)} {
		requireCode(t, auth.CodeForbidden, br.freeze(own, ada, true, true, ReasonCustomer))
		requireCode(t, auth.CodeForbidden, br.freeze(own, ada, false, true, ReasonCustomer))
		requireCode(t, auth.CodeForbidden, br.freeze(own, ada, true, false, ReasonFraud))
	}
	requireCode(t, auth.CodeForbidden, br.freeze(ownerOf(ada), bob, true, false, ReasonCustomer))
	requireCode(t, ledger.CodeInvalidRequest, br.freeze(employee, ada, false, false, ReasonFraud))
	_, err := br.bank.FreezeAccount(context.Background(), employee,
		FreezeParams{Account: ada, Debits: true, Reason: ReasonFraud, Until: br.bank.now()})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = br.bank.FreezeAccount(context.Background(), employee,
		FreezeParams{Account: ada, Debits: true, Reason: ReasonFraud, Note: "one\ntwo"})
	requireCode(t, ledger.CodeInvalidRequest, err)
	requireCode(t, ledger.CodeAccountNotFound, br.freeze(employee, 999999999991, true, false, ReasonFraud))
	require.Equal(t, before, br.rules(t), "a refusal changes nothing")

	require.NoError(t, br.freeze(ownerOf(ada), ada, true, false, ReasonCustomer))
	requireCode(t, ledger.CodeAccountFrozen, br.withdraw(ada, 1))
	for _, own := range []auth.Caller{ownerOf(ada), staffOwnerOf(ada)} {
		requireCode(t, auth.CodeForbidden, br.unfreeze(own, ada))
	}
	require.NoError(t, br.freeze(employee, ada, true, true, ReasonFraud))
	frozen := br.rules(t)
	requireCode(t, ledger.CodeAccountFrozen, br.freeze(ownerOf(ada), ada, true, false, ReasonCustomer))
	require.Equal(t, frozen, br.rules(t), "an owner's freeze replaces none of the bank's")
	require.NoError(t, br.unfreeze(employee, ada))
}

// rules returns what a refusal must leave unchanged of all accounts.
func (br *branch) rules(t *testing.T) string {
	t.Helper()
	return br.state(t) + storetest.Text(t, br.url, `SELECT account_number, status, debits_frozen, credits_frozen, frozen_until, status_reason,
		limit_per_transfer, limit_daily, limit_monthly, spent_day, spent_on_day, spent_month, spent_in_month FROM accounts ORDER BY account_number`) +
		storetest.Text(t, br.url, `SELECT COUNT(*) FROM events`)
}

// TestTheBanksReasonsAreNotForTheOwner: the account, its events and refusals do not warn a suspect.
func TestTheBanksReasonsAreNotForTheOwner(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada := br.open(t, 100).Number
	_, err := br.bank.FreezeAccount(ctx, employee, FreezeParams{Account: ada, Debits: true, Reason: ReasonFraud, Note: "Case 17"})
	require.NoError(t, err)
	reasonFor := func(caller auth.Caller) StatusReason {
		account, err := br.bank.GetAccount(ctx, caller, ada)
		require.NoError(t, err)
		require.Equal(t, StatusFrozen, account.Status)
		return account.Reason
	}
	reader := auth.Caller{Client: &auth.Client{ID: uuid.UUID{1}, Permissions: []auth.Permission{auth.AccountsRead}}}
	require.Equal(t, ReasonFraud, reasonFor(employee))
	require.Empty(t, reasonFor(ownerOf(ada)))
	require.Empty(t, reasonFor(reader))
	events := func(caller auth.Caller) (details []string) {
		page, err := br.bank.ListAccountEvents(ctx, caller, ListAccountEventsParams{Account: ada, Type: EventAccountFrozen})
		require.NoError(t, err)
		for _, e := range page.Events {
			require.Empty(t, e.Address)
			details = append(details, e.Detail)
		}
		return details
	}
	require.Equal(t, []string{""}, events(ownerOf(ada)))
	trail, err := br.bank.AdminListEvents(ctx, operator, ListEventsParams{Type: EventAccountFrozen})
	require.NoError(t, err)
	require.Equal(t, "debits fraud: Case 17", trail.Events[0].Detail)

	require.NoError(t, br.freeze(employee, ada, true, false, ReasonCustomer))
	require.Equal(t, ReasonCustomer, reasonFor(ownerOf(ada)))
}

// TestFreezingWhileMoneyMoves: once a freeze is answered, nothing passes, however many movements are under way.
func TestFreezingWhileMoneyMoves(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1_000_000_000).Number, br.open(t, 0).Number
	refused := make(chan error, 8)
	for range cap(refused) {
		go func() {
			for {
				if err := br.transfer(ada, bob, 1); err != nil && !isUnavailable(err) {
					refused <- err
					return
				}
			}
		}()
	}
	require.NoError(t, patiently(func() error { return br.freeze(employee, ada, true, false, ReasonFraud) }))
	frozen, err := br.bank.readAccount(ctx, ada)
	require.NoError(t, err)
	for range cap(refused) {
		requireCode(t, ledger.CodeAccountFrozen, <-refused)
	}
	after, err := br.bank.readAccount(ctx, ada)
	require.NoError(t, err)
	require.Equal(t, frozen.Balance, after.Balance)
}
