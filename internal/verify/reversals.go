package verify

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// reversals checks that each reversal reverses an earlier entry of its account, that an entry's reversals add up to no more than the
// entry, and that both legs of a reversal reverse the legs of one transfer.
func (v *verifier) reversals(ctx context.Context) error {
	var last ledger.Entry // the last original that was read
	var reversed ledger.Money
	var checked int64
	var legs uint64 // sum of the out legs' digests minus the in legs'
	for after := (db.ListReversedTransactionsParams{AfterOriginal: new(uuid.UUID), RowLimit: page}); ; {
		rows, err := v.q.ListReversedTransactions(ctx, after)
		if err != nil {
			return err
		}
		for i := range rows {
			reversal, original := store.EntryOf(&rows[i].Transaction), store.EntryOf(&rows[i].Transaction_2)
			if original.ID != last.ID {
				last, reversed = original, 0
			}
			reason := reversal.FaultAgainst(&original)
			if reversed += reversal.Amount; reason == "" && reversed > original.Amount {
				reason = "more is given back than was received"
			}
			if reason != "" {
				return &BrokenEntry{Account: reversal.Account, Sequence: reversal.Sequence, Reason: reason}
			}
			legs += pairDigest(&reversal, &original)
			after.AfterOriginal, after.AfterID = &original.ID, reversal.ID
			checked++
		}
		if err := v.pause(); err != nil {
			return err
		}
		if len(rows) < page {
			break
		}
	}
	switch {
	case checked != v.report.Reversals:
		return fmt.Errorf("%w: there are reversals of entries that do not exist", errLedger)
	case legs != 0:
		return fmt.Errorf("%w: the legs of a reversal do not reverse the legs of one transfer", errLedger)
	}
	return nil
}

// pairDigest returns what the two legs of a reversal add up to 0 in, if they reverse the legs of one transfer.
func pairDigest(reversal, original *ledger.Entry) uint64 {
	if reversal.Transfer == uuid.Nil {
		return 0
	}
	sum := sha256.Sum256(append(reversal.Transfer[:], original.Transfer[:]...))
	digest := binary.BigEndian.Uint64(sum[:8])
	if reversal.Type.Takes() {
		return digest
	}
	return -digest
}
