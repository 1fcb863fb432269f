package bank

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// parseFactorCode reads a code of an app, or a recovery code.
func parseFactorCode(text string) (string, error) {
	code, ok := auth.ParseFactorCode(text)
	if !ok {
		return "", invalid("/code", "must be 6 digits, or a recovery code of 12 letters and digits")
	}
	return code, nil
}

// insertRecoveryCodes replaces an account's recovery codes.
func (b *Bank) insertRecoveryCodes(ctx context.Context, q db.Querier, number ledger.AccountNumber, codes []string) error {
	factor, err := q.SecondFactorByAccount(ctx, int64(number))
	if err != nil {
		return err
	}
	secret, err := b.keys.Unseal(number.String(), factor.SealedSecret, factor.KeyID)
	if err != nil {
		return err
	}
	if err := q.DeleteRecoveryCodes(ctx, int64(number)); err != nil {
		return err
	}
	for _, code := range codes {
		if err := q.InsertRecoveryCode(ctx, db.InsertRecoveryCodeParams{
			AccountNumber: int64(number), CodeHash: secret.HashRecoveryCode(number.String(), code),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bank) newRecoveryCodes() ([]string, error) {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		var err error
		if codes[i], err = auth.NewCode(b.random); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func groupCodes(codes []string) []string {
	grouped := make([]string, len(codes))
	for i, code := range codes {
		grouped[i] = auth.GroupCode(code)
	}
	return grouped
}

// confirmedFactor returns an account's second factor; ok is false if none is in use.
func confirmedFactor(ctx context.Context, q db.Querier, number ledger.AccountNumber) (factor db.SecondFactor, ok bool, err error) {
	factor, err = q.SecondFactorByAccount(ctx, int64(number))
	if errors.Is(err, store.ErrNotFound) {
		return factor, false, nil
	}
	return factor, err == nil && factor.ConfirmedAt != nil, err
}

// usedCode is the kind of code that proved a second factor.
type usedCode int

const (
	noCode usedCode = iota // the account has no second factor
	appCode
	recoveryCode
)

// useSecondFactor uses up the code that proves a second factor, if the account has one. It runs in the same transaction as
// what the proof is for.
func (b *Bank) useSecondFactor(ctx context.Context, q db.Querier, given proof) (usedCode, error) {
	factor, ok, err := confirmedFactor(ctx, q, given.number)
	if err != nil || !ok {
		return noCode, err
	}
	if given.code == "" {
		return noCode, errSecondFactorRequired
	}
	secret, err := b.keys.Unseal(given.number.String(), factor.SealedSecret, factor.KeyID)
	if err != nil {
		return noCode, errInvalidSecondFactor // the operator is told when a server starts: see ResealSecondFactors
	}
	kind, rows := appCode, int64(0)
	if auth.IsAppCode(given.code) {
		if step := secret.Step(given.code, b.now()); step > 0 {
			rows, err = q.UseSecondFactorStep(ctx, db.UseSecondFactorStepParams{AccountNumber: int64(given.number), UsedStep: step})
		}
	} else {
		kind = recoveryCode
		rows, err = q.DeleteRecoveryCode(ctx, db.DeleteRecoveryCodeParams{
			AccountNumber: int64(given.number), CodeHash: secret.HashRecoveryCode(given.number.String(), given.code),
		})
	}
	if err == nil && rows == 0 {
		err = errInvalidSecondFactor
	}
	return kind, err
}

// factorPage is how many second factors are read at a time.
const factorPage = 1000

// SealUse reports what ResealSecondFactors has done.
type SealUse struct {
	Resealed   int64 // moved from an older key
	Unreadable int64 // their key is no longer listed: their codes cannot be right any more
}

// ResealSecondFactors encrypts every second factor under the SECRET_KEY in use, so that older keys can be dropped.
func (b *Bank) ResealSecondFactors(ctx context.Context) (SealUse, error) {
	var use SealUse
	for after := int64(0); ; {
		rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.SecondFactor, error) {
			return q.ListSecondFactors(ctx, db.ListSecondFactorsParams{AfterNumber: after, RowLimit: factorPage})
		})
		if err != nil {
			return use, err
		}
		for i := range rows {
			if err := b.reseal(ctx, &rows[i], &use); err != nil {
				return use, err
			}
		}
		if len(rows) < factorPage {
			return use, nil
		}
		after = rows[len(rows)-1].AccountNumber
	}
}

func (b *Bank) reseal(ctx context.Context, factor *db.SecondFactor, use *SealUse) error {
	account := ledger.AccountNumber(factor.AccountNumber).String()
	secret, err := b.keys.Unseal(account, factor.SealedSecret, factor.KeyID)
	if err != nil {
		use.Unreadable++
		return nil //nolint:nilerr // it is counted, and must not keep the others from being resealed
	}
	if factor.KeyID == b.keys[0].ID {
		return nil
	}
	sealed, keyID, err := b.keys.Seal(b.random, account, secret)
	if err != nil {
		return err
	}
	resealed, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (int64, error) {
		return q.ResealSecondFactor(ctx, db.ResealSecondFactorParams{
			NewSealed: sealed, KeyID: keyID, AccountNumber: factor.AccountNumber, OldSealed: factor.SealedSecret,
		})
	})
	use.Resealed += resealed
	return err
}
