package store

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

// repeating is an engine that runs a function twice, as after a conflict, and ends with the given error.
type repeating struct {
	engine
	err error
}

func (r repeating) run(ctx context.Context, fn work) error {
	_ = fn(ctx, nil)
	return errors.Join(fn(ctx, nil), r.err)
}

func (r repeating) read(ctx context.Context, fn work) error   { return r.run(ctx, fn) }
func (r repeating) view(ctx context.Context, fn work) error   { return r.run(ctx, fn) }
func (r repeating) update(ctx context.Context, fn work) error { return r.run(ctx, fn) }

func TestResults(t *testing.T) {
	t.Parallel()
	type call = func(context.Context, *Store, func(context.Context, db.Querier) ([]int, error)) ([]int, error)
	for name, of := range map[string]call{"Read": Read[[]int], "View": View[[]int], "Update": Update[[]int]} {
		runs := 0
		again := func(context.Context, db.Querier) ([]int, error) {
			runs++
			return []int{runs}, nil
		}
		result, err := of(t.Context(), &Store{engine: repeating{}}, again)
		require.NoError(t, err, name)
		require.Equal(t, []int{2}, result, "%s: the result of the last run", name)

		result, err = of(t.Context(), &Store{engine: repeating{err: ErrUnknown}}, again)
		require.ErrorIs(t, err, ErrUnknown, name)
		require.Nil(t, result, name)

		own := errors.New("refused")
		result, err = of(t.Context(), &Store{engine: repeating{}}, func(context.Context, db.Querier) ([]int, error) { return []int{1}, own })
		require.ErrorIs(t, err, own, name)
		require.Nil(t, result, name)
	}
}
