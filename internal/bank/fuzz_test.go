package bank

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func FuzzOpenCursor(f *testing.F) {
	b := newBranch(f).bank
	sealed := []transactionCursor{{}, {Account: 100000000008, Next: uuid.Max}, {Account: 1, Type: TypeDeposit, From: 1, To: 2, Next: uuid.UUID{3}}}
	for _, position := range sealed {
		text, err := b.sealCursor(historyCursors, position)
		require.NoError(f, err)
		f.Add(text)
		f.Add(strings.ToUpper(text))
		f.Add(text + "\n")
	}
	for list, position := range map[string]any{"accounts": accountCursor{Query: "ada"}, "events": eventCursor{Before: uuid.Max}} {
		text, err := b.sealCursor(list, position)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add("")
	f.Add(".")
	f.Add("e30.AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		var position transactionCursor
		if err := b.openCursor(text, historyCursors, &position); err != nil {
			requireCode(t, CodeInvalidRequest, err)
			require.Zero(t, position)
			return
		}
		require.Contains(t, sealed, position, "a position that was never sealed")
		requireCode(t, CodeInvalidRequest, b.openCursor(text, "events", &eventCursor{}))
	})
}

var twelveDigits = regexp.MustCompile(`^[0-9]{12}\z`)

func FuzzParseAccountNumber(f *testing.F) {
	for _, text := range []string{
		"100000000008", "000000000000", "999999999999", "", "1", "10000000000a", "+10000000000", "-00000000001", "1_0000000000",
		"100000000008\n", "１０００００００００", "\u0661\u0662\u0663\u0664\u0665\u0666", "0x1234567890",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseAccountNumber(text)
		require.Equal(t, twelveDigits.MatchString(text), err == nil)
		if err != nil {
			requireCode(t, CodeInvalidRequest, err)
			require.Zero(t, number)
			return
		}
		require.Equal(t, text, number.String())
		// Luhn again, on the written digits.
		sum := 0
		for i, digit := range []byte(text) {
			value := int(digit - '0')
			if i%2 == 0 {
				value = value*2/10 + value*2%10
			}
			sum += value
		}
		require.Equal(t, sum%10 == 0, number.luhnValid())
	})
}
