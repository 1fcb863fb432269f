package bank

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

func FuzzOpenCursor(f *testing.F) {
	b := newBranch(f).bank
	sealed := []transactionCursor{{}, {Account: 100000000008, Next: uuid.Max}, {Account: 1, Type: ledger.TypeDeposit, From: 1, To: 2, Next: uuid.UUID{3}}}
	for _, position := range sealed {
		text, err := b.cursors.Seal(historyCursors, position)
		require.NoError(f, err)
		f.Add(text)
		f.Add(strings.ToUpper(text))
		f.Add(text + "\n")
	}
	for list, position := range map[string]any{"accounts": accountCursor{Query: "ada"}, "events": eventCursor{Before: uuid.Max}} {
		text, err := b.cursors.Seal(list, position)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add("")
	f.Add(".")
	f.Add("e30.AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		var position transactionCursor
		if err := b.cursors.Open(text, historyCursors, &position); err != nil {
			requireCode(t, ledger.CodeInvalidRequest, err)
			require.Zero(t, position)
			return
		}
		require.Contains(t, sealed, position, "a position that was never sealed")
		requireCode(t, ledger.CodeInvalidRequest, b.cursors.Open(text, "events", &eventCursor{}))
	})
}
