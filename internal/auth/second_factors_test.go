package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// protect sets up an account's second factor, and returns its secret and its recovery codes.
func (br *branch) protect(t require.TestingT, number ledger.AccountNumber) (secret string, recovery []string) {
	ctx := context.Background()
	started, err := br.Auth.StartSecondFactor(ctx, banktest.OwnerOf(number), number, goodPin)
	require.NoError(t, err)
	recovery, err = br.Auth.ConfirmSecondFactor(ctx, banktest.OwnerOf(number), number, br.appCode(t, started.Secret))
	require.NoError(t, err)
	return started.Secret, recovery
}

func (br *branch) appCode(t require.TestingT, secret string) string {
	code, err := totp.GenerateCode(secret, br.Clock.Now())
	require.NoError(t, err)
	return code
}

// TestSecondFactorsMoveToTheNewKey checks that the old key can be dropped after a server has started with both, and that apps
// and recovery codes still work.
func TestSecondFactorsMoveToTheNewKey(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	number := br.open(t, 0).Number
	secret, recovery := br.protect(t, number)
	signIn := func(b *banktest.Branch, code string) error {
		br.Clock.Pass(time.Minute)
		if code == "" {
			code = br.appCode(t, secret)
		}
		_, err := b.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin, Code: code})
		return err
	}
	both := br.withKeys(t, newSecretKey, testSecretKey)
	require.NoError(t, signIn(both, ""), "a secret under the older key opens")
	require.NoError(t, signIn(both, recovery[0]))
	alone := br.withKeys(t, newSecretKey)
	requireCode(t, auth.CodeInvalidSecondFactor, signIn(alone, ""))
	use, err := alone.Auth.ResealSecondFactors(ctx)
	require.NoError(t, err)
	require.Equal(t, auth.SealUse{Unreadable: 1}, use)

	use, err = both.Auth.ResealSecondFactors(ctx)
	require.NoError(t, err)
	require.Equal(t, auth.SealUse{Resealed: 1}, use)
	require.NoError(t, signIn(alone, ""))
	require.NoError(t, signIn(alone, recovery[1]))
	use, err = alone.Auth.ResealSecondFactors(ctx)
	require.NoError(t, err)
	require.Zero(t, use)
}

// TestASealedSecretOpensForItsAccountAlone checks that an attacker who can write to the database cannot use their own app for
// another account.
func TestASealedSecretOpensForItsAccountAlone(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	me, victim := br.open(t, 0), br.open(t, 0)
	mine, victims := me.Number, victim.Number
	secret, recovery := br.protect(t, mine)
	br.protect(t, victims)
	pool := storetest.Raw(t, br.URL)
	for _, statement := range []string{
		`UPDATE second_factors SET sealed_secret = (SELECT sealed_secret FROM second_factors WHERE customer_id = $1) WHERE customer_id = $2`,
		`UPDATE second_factors SET sealed_for = $1 WHERE customer_id = $2`,
		`INSERT INTO recovery_codes SELECT $2, code_hash FROM recovery_codes WHERE customer_id = $1`,
	} {
		_, err := pool.Exec(statement, me.Customer.String(), victim.Customer.String())
		require.NoError(t, err)
	}
	br.Clock.Pass(time.Minute)
	for _, code := range []string{br.appCode(t, secret), recovery[0]} {
		_, err := br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: victims, Pin: goodPin, Code: code})
		requireCode(t, auth.CodeInvalidSecondFactor, err)
		_, err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: mine, Pin: goodPin, Code: code})
		require.NoError(t, err)
	}
}

// TestOnlyTheOperatorActsWithoutAPin also checks that only the owner acts with one.
func TestOnlyTheOperatorActsWithoutAPin(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	number := br.open(t, 0).Number
	for _, caller := range []auth.Caller{{}, banktest.OwnerOf(number), {AdminKey: true}, {Account: 7, Role: auth.RoleAdmin}} {
		_, err := br.Auth.EnrolSecondFactor(ctx, caller, number)
		requireCode(t, auth.CodeForbidden, err)
		_, err = br.Auth.EnableSecondFactor(ctx, caller, number)
		requireCode(t, auth.CodeForbidden, err)
		requireCode(t, auth.CodeForbidden, br.Auth.SwitchSecondFactorOff(ctx, caller, number))
	}
	_, err := br.Auth.StartSecondFactor(ctx, auth.Caller{AdminKey: true}, number, goodPin)
	requireCode(t, auth.CodeForbidden, err)
	require.NoError(t, br.Store.Read(ctx, func(ctx context.Context, q db.Querier) error {
		rows, err := q.ListSecondFactors(ctx, db.ListSecondFactorsParams{RowLimit: 1})
		require.Empty(t, rows)
		return err
	}))
}
