package bank

import (
	"context"
	"slices"

	"github.com/bankingcore/bankcore/internal/db"
)

// PepperUse counts accounts by the pepper of their PIN's hash.
type PepperUse struct {
	Newest   int64 // the one in use
	Older    int64 // another listed one
	Unmarked int64 // unknown, because the hash was made before hashes named their pepper
	Missing  int64 // one that is no longer listed: these PINs cannot be right any more
}

// CountPeppers reads every account's hash. If all of them name their pepper, sign-ins cost one hash again from then on,
// however many peppers are listed.
func (b *Bank) CountPeppers(ctx context.Context) (PepperUse, error) {
	var use PepperUse
	err := b.accountPages(ctx, func(rows []db.Account) error {
		for i := range rows {
			if err := b.pins.count(rows[i].PinHash, &use); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return use, err
	}
	if use.Unmarked == 0 {
		b.pins.unmarked.Store(false)
	}
	return use, nil
}

func (h *pinHasher) count(hash string, use *PepperUse) error {
	stored, err := parsePinHash(hash)
	if err != nil {
		return err
	}
	switch i := slices.IndexFunc(h.peppers, func(p pepper) bool { return p.id == stored.pepper }); {
	case stored.pepper == "":
		use.Unmarked++
	case i == 0:
		use.Newest++
	case i > 0:
		use.Older++
	default:
		use.Missing++
	}
	return nil
}
