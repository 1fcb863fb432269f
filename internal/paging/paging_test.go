package paging_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/paging"
)

func TestPagesHoldWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{1: 1, 50: 50, 200: 200, 0: 50, -1: 50, 201: 200} {
		require.Equal(t, want, paging.Size(limit))
	}
}
