package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// BenchmarkAThousandTransfersInOneOrder measures how long an order of 1,000 transfers holds the writer, in turns with 64 transfers that come
// one after the other, each with a commit of its own, and reports the ratio. One transfer waits that long behind the other.
func BenchmarkAThousandTransfersInOneOrder(b *testing.B) {
	ctx := context.Background()
	s, err := store.Open(ctx, storetest.URL(b))
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.Close() })
	const firstPayee = 200_000_000_000
	require.NoError(b, s.Update(ctx, func(ctx context.Context, q db.Querier) error {
		for i := range int64(1000) {
			if err := openAccount(ctx, q, firstPayee+i, 1); err != nil {
				return err
			}
		}
		return openAccount(ctx, q, ada, 1_000_000_000)
	}))
	payments := func(many int64) []ledger.Posting {
		all := make([]ledger.Posting, many)
		for i := range many {
			all[i] = move(ada, firstPayee+i, 1)
		}
		return all
	}
	var inOne, oneByOne time.Duration
	for b.Loop() {
		singles, order := payments(64), orderOf(payments(1000)...)
		started := time.Now()
		for _, payment := range singles {
			_, err := s.Post(ctx, orderOf(payment))
			require.NoError(b, err)
		}
		oneByOne += time.Since(started)
		started = time.Now()
		_, err := s.Post(ctx, order)
		require.NoError(b, err)
		inOne += time.Since(started)
	}
	rounds := float64(b.N)
	b.ReportMetric(inOne.Seconds()*1000/rounds, "ms/1000-in-one")
	b.ReportMetric(oneByOne.Seconds()*1000/rounds, "ms/64-singles")
	b.ReportMetric(inOne.Seconds()/oneByOne.Seconds(), "of-64-singles")
	b.ReportMetric(0, "ns/op")
}
