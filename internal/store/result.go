package store

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
)

// Read runs fn as the method Read does, and returns its result.
func Read[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.Read, fn)
}

// View runs fn as the method View does, and returns its result.
func View[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.View, fn)
}

// Update runs fn as the method Update does, and returns the result of the run that was committed. After ErrUnknown, too, it returns the
// zero T.
func Update[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.Update, fn)
}

// resultOf returns the result of the last run of fn, or the zero T with an error.
func resultOf[T any](
	ctx context.Context, run func(ctx context.Context, fn work) error, fn func(ctx context.Context, q db.Querier) (T, error),
) (T, error) {
	var result, zero T
	err := run(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		result, err = fn(ctx, q)
		return err
	})
	if err != nil {
		return zero, err
	}
	return result, nil
}
