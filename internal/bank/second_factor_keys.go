package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

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
	number := ledger.AccountNumber(factor.AccountNumber)
	secret, err := b.unseal(number, factor.SealedSecret, factor.KeyID)
	if err != nil {
		use.Unreadable++
		return nil //nolint:nilerr // it is counted, and must not keep the others from being resealed
	}
	if factor.KeyID == b.keys[0].id {
		return nil
	}
	sealed, keyID, err := b.seal(number, secret)
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
