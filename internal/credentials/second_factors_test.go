package credentials

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASealOpensForItsAccountUnderItsKey(t *testing.T) {
	t.Parallel()
	secret, err := NewFactorSecret(strings.NewReader("12345678901234567890"))
	require.NoError(t, err)
	sealed, keyID, err := testKeyring(t, testSecretKey).Seal(zeros(), "100000000008", secret)
	require.NoError(t, err)
	for _, c := range []struct {
		setting, account string
		sealed           []byte
		opens            bool
	}{
		{testSecretKey, "100000000008", sealed, true},
		{newSecretKey + "," + testSecretKey, "100000000008", sealed, true},
		{newSecretKey, "100000000008", sealed, false},
		{testSecretKey, "100000000016", sealed, false},
		{testSecretKey, "100000000008", sealed[1:], false},
		{testSecretKey, "100000000008", nil, false},
	} {
		opened, err := testKeyring(t, c.setting).Unseal(c.account, c.sealed, keyID)
		if !c.opens {
			require.ErrorIs(t, err, errSealed)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, secret, opened)
	}
	_, err = NewFactorSecret(strings.NewReader("short"))
	require.Error(t, err, "a failing source must not yield a secret")
}

func TestFactorCodesAreOfEitherKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		app        bool
	}{
		{"123456", "123456", true},
		{" 123 456\n", "123456", true},
		{"abcd-efgh-2345", "ABCDEFGH2345", false},
	} {
		code, ok := ParseFactorCode(c.text)
		require.True(t, ok, "%q", c.text)
		require.Equal(t, c.want, code)
		require.Equal(t, c.app, IsAppCode(code))
	}
	for _, text := range []string{"", "12345", "1234567", "12345a", "１２３４５６"} {
		_, ok := ParseFactorCode(text)
		require.False(t, ok, "%q", text)
	}
}
