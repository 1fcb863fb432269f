package store

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func (s *sqlite) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	return postThrough(ctx, s.update, o)
}

func postThrough(ctx context.Context, update func(context.Context, work) error, o *Order) (ledger.Outcome, error) {
	p := &posting{Order: o}
	err := update(ctx, func(ctx context.Context, q db.Querier) error {
		b := newBatch([]*posting{p})
		if err := readBatch(ctx, q, b); err != nil {
			return err
		}
		b.decide()
		if p.err != nil {
			return nil
		}
		for i := range b.Entries {
			if err := q.InsertTransaction(ctx, InsertOf(&b.Entries[i])); err != nil {
				return err
			}
		}
		for _, k := range b.Claimed {
			if err := q.InsertIdempotencyKey(ctx, db.InsertIdempotencyKeyParams{
				IdempotencyKey: k.Text, Scope: k.Scope, Fingerprint: b.Claims[k].Fingerprint, Kind: int64(b.Claims[k].Kind), ID: b.Claims[k].ID,
				CreatedAt: o.Postings[0].Time.UnixMicro(),
			}); err != nil {
				return err
			}
		}
		for _, k := range b.Repeated {
			if _, err := q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{IdempotencyKey: k.Text, Scope: k.Scope}); err != nil {
				return err
			}
		}
		for _, row := range b.kept {
			if err := q.InsertTransferBatch(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = p.err
	}
	var crash *panicked
	if errors.As(err, &crash) {
		panic(crash)
	}
	return p.outcome, err
}

func readBatch(ctx context.Context, q db.Querier, b *batch) error {
	for _, n := range b.accounts {
		row, err := q.LockAccount(ctx, n)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		b.Accounts[ledger.AccountNumber(n)] = AccountOf(&row)
	}
	for id := range b.sessions {
		row, err := q.SessionByID(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil {
			b.sessions[id] = &row
		}
	}
	for _, k := range b.keys {
		row, err := q.IdempotencyKeyByName(ctx, db.IdempotencyKeyByNameParams{IdempotencyKey: k.Text, Scope: k.Scope})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil {
			b.Claims[k] = ledger.Claim{Fingerprint: row.Fingerprint, Kind: ledger.Kind(row.Kind), ID: row.ID}
		}
	}
	for _, r := range b.references {
		taken, err := q.ReferenceTaken(ctx, db.ReferenceTakenParams{AccountNumber: int64(r.Account), Reference: r.Reference})
		if err != nil {
			return err
		}
		if taken {
			b.References[r] = struct{}{}
		}
	}
	return nil
}
