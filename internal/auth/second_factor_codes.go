package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// parseFactorCode reads a code of an app, or a recovery code.
func parseFactorCode(text string) (string, error) {
	code, ok := credentials.ParseFactorCode(text)
	if !ok {
		return "", invalid("/code", "must be 6 digits, or a recovery code of 12 letters and digits")
	}
	return code, nil
}

// insertRecoveryCodes replaces a customer's recovery codes.
func (s *Service) insertRecoveryCodes(ctx context.Context, q db.Querier, customer uuid.UUID, codes []string) error {
	factor, err := q.SecondFactorByCustomer(ctx, customer)
	if err != nil {
		return err
	}
	secret, err := s.unseal(ctx, q, &factor)
	if err != nil {
		return err
	}
	if err := q.DeleteRecoveryCodes(ctx, customer); err != nil {
		return err
	}
	for _, code := range codes {
		if err := q.InsertRecoveryCode(ctx, db.InsertRecoveryCodeParams{
			CustomerID: customer, CodeHash: secret.HashRecoveryCode(factor.SealedFor, code),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) newRecoveryCodes() ([]string, error) {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		var err error
		if codes[i], err = credentials.NewCode(s.random); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func groupCodes(codes []string) []string {
	grouped := make([]string, len(codes))
	for i, code := range codes {
		grouped[i] = credentials.GroupCode(code)
	}
	return grouped
}

// confirmedFactor returns a customer's second factor; ok is false if none is in use.
func confirmedFactor(ctx context.Context, q db.Querier, customer uuid.UUID) (factor db.SecondFactor, ok bool, err error) {
	factor, err = q.SecondFactorByCustomer(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return factor, false, nil
	}
	return factor, err == nil && factor.ConfirmedAt != nil, err
}

// errSealedForAnother means that a secret was moved to another customer's row.
var errSealedForAnother = errors.New("bank: the second factor is sealed for another customer")

// unseal returns the secret of a second factor. What it is sealed for must be the customer, or an account of theirs: otherwise an
// attacker who can write to the database could give a customer a secret of their own.
func (s *Service) unseal(ctx context.Context, q db.Querier, factor *db.SecondFactor) (credentials.FactorSecret, error) {
	if factor.SealedFor != factor.CustomerID.String() {
		number, err := ledger.ParseAccountNumber(factor.SealedFor)
		if err != nil {
			return nil, errSealedForAnother
		}
		owner, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return nil, err
		}
		if owner != factor.CustomerID {
			return nil, errSealedForAnother
		}
	}
	return s.keys.Unseal(factor.SealedFor, factor.SealedSecret, factor.KeyID)
}

// usedCode is the kind of code that proved a second factor.
type usedCode int

const (
	noCode usedCode = iota // the customer has no second factor
	appCode
	recoveryCode
)

// useSecondFactor uses up the code that proves a second factor, if the customer has one. It runs in the same transaction as
// what the proof is for.
func (s *Service) useSecondFactor(ctx context.Context, q db.Querier, customer uuid.UUID, code string) (usedCode, error) {
	factor, ok, err := confirmedFactor(ctx, q, customer)
	if err != nil || !ok {
		return noCode, err
	}
	if code == "" {
		return noCode, errSecondFactorRequired
	}
	secret, err := s.unseal(ctx, q, &factor)
	if errors.Is(err, store.ErrUnavailable) {
		return noCode, err
	}
	if err != nil {
		return noCode, errInvalidSecondFactor // the operator is told when a server starts: see ResealSecondFactors
	}
	kind, rows := appCode, int64(0)
	if credentials.IsAppCode(code) {
		if step := secret.Step(code, s.now()); step > 0 {
			rows, err = q.UseSecondFactorStep(ctx, db.UseSecondFactorStepParams{CustomerID: customer, UsedStep: step})
		}
	} else {
		kind = recoveryCode
		rows, err = q.DeleteRecoveryCode(ctx, db.DeleteRecoveryCodeParams{
			CustomerID: customer, CodeHash: secret.HashRecoveryCode(factor.SealedFor, code),
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
func (s *Service) ResealSecondFactors(ctx context.Context) (SealUse, error) {
	var use SealUse
	for after := uuid.Nil; ; {
		rows, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) ([]db.SecondFactor, error) {
			return q.ListSecondFactors(ctx, db.ListSecondFactorsParams{AfterCustomer: after, RowLimit: factorPage})
		})
		if err != nil {
			return use, err
		}
		for i := range rows {
			if err := s.reseal(ctx, &rows[i], &use); err != nil {
				return use, err
			}
		}
		if len(rows) < factorPage {
			return use, nil
		}
		after = rows[len(rows)-1].CustomerID
	}
}

func (s *Service) reseal(ctx context.Context, factor *db.SecondFactor, use *SealUse) error {
	secret, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (credentials.FactorSecret, error) {
		return s.unseal(ctx, q, factor)
	})
	if errors.Is(err, store.ErrUnavailable) {
		return err
	}
	if err != nil {
		use.Unreadable++
		return nil //nolint:nilerr // it is counted, and must not keep the others from being resealed
	}
	if factor.KeyID == s.keys[0].ID {
		return nil
	}
	sealed, keyID, err := s.keys.Seal(s.random, factor.SealedFor, secret)
	if err != nil {
		return err
	}
	resealed, err := store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (int64, error) {
		return q.ResealSecondFactor(ctx, db.ResealSecondFactorParams{
			NewSealed: sealed, KeyID: keyID, CustomerID: factor.CustomerID, OldSealed: factor.SealedSecret,
		})
	})
	use.Resealed += resealed
	return err
}
