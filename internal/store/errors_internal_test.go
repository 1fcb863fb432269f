package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

func TestErrorsGetTheirNames(t *testing.T) {
	t.Parallel()
	own := errors.New("a caller's own")
	for _, c := range []struct {
		err  error
		want error // nil if err is returned as it is
	}{
		{sqlite3.Error{Code: sqlite3.ErrBusy}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrLocked}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrFull}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrIoErr}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrNomem}, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrReadonly}, ErrUnavailable},
		{context.Canceled, ErrUnavailable},
		{context.DeadlineExceeded, ErrUnavailable},
		{sql.ErrConnDone, ErrUnavailable},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintUnique}, ErrDuplicate},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintPrimaryKey}, ErrDuplicate},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintRowID}, ErrDuplicate},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintCheck}, nil},
		{sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintTrigger}, nil},
		{sqlite3.Error{Code: sqlite3.ErrCorrupt}, ErrUnavailable},
		{sql.ErrNoRows, ErrNotFound},
		{own, nil},
	} {
		for _, err := range []error{c.err, fmt.Errorf("while posting: %w", c.err)} {
			got := classify(err)
			require.ErrorIs(t, got, c.err)
			if c.want != nil {
				require.ErrorIs(t, got, c.want)
			} else {
				require.Equal(t, err, got)
			}
		}
	}
	require.NoError(t, classify(nil))
}

func TestOnlyARefusedCommitIsKnownNotToBeDone(t *testing.T) {
	t.Parallel()
	for _, known := range []error{
		sqlite3.Error{Code: sqlite3.ErrBusy},
		sqlite3.Error{Code: sqlite3.ErrFull},
		sqlite3.Error{Code: sqlite3.ErrConstraint, ExtendedCode: sqlite3.ErrConstraintForeignKey},
	} {
		require.NotErrorIs(t, commitError(known), ErrUnknown)
		require.ErrorIs(t, commitError(known), known)
	}
	for _, unknown := range []error{
		sqlite3.Error{Code: sqlite3.ErrIoErr}, sqlite3.Error{Code: sqlite3.ErrCorrupt},
		driver.ErrBadConn, sql.ErrTxDone, sql.ErrConnDone, context.Canceled, errors.New("anything else"),
	} {
		err := commitError(unknown)
		require.ErrorIs(t, err, ErrUnknown)
		require.ErrorIs(t, err, unknown)
		require.NotErrorIs(t, err, ErrUnavailable, "an unknown outcome must not invite a retry")
	}
}

func TestUnknownCommitStopsTheWriting(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	refused := fileOf(s).writer.commitFailed(commitError(sqlite3.Error{Code: sqlite3.ErrBusy}))
	require.ErrorIs(t, refused, ErrUnavailable)
	require.False(t, isClosed(s.Failed()))
	require.NoError(t, s.Ping(context.Background()))

	for range 2 { // the second must not close a closed channel
		err := fileOf(s).writer.commitFailed(commitError(sqlite3.Error{Code: sqlite3.ErrIoErr}))
		require.ErrorIs(t, err, ErrUnknown)
		require.True(t, isClosed(s.Failed()))
	}
	err := s.Update(context.Background(), func(context.Context, db.Querier) error {
		t.Error("the store kept writing after a commit with an unknown outcome")
		return nil
	})
	require.ErrorIs(t, err, ErrUnavailable)
	require.NotErrorIs(t, err, ErrUnknown)
	require.ErrorIs(t, s.Ping(context.Background()), ErrUnavailable)
	require.Zero(t, s.Queued())
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
