package credentials

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const newSecretKey = "new-secret-key-that-is-long-enough-0123456789"

func testTokens(t *testing.T, secrets string) *Tokens {
	t.Helper()
	tokens, err := NewTokens(testKeyring(t, secrets))
	require.NoError(t, err)
	return tokens
}

// A cached token is still accepted only as its own kind and under its own key, and expires at the same instant.
func TestACachedTokenKeepsItsKindAndKey(t *testing.T) {
	t.Parallel()
	tokens := testTokens(t, testSecretKey)
	now := time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	made := Token{Kind: AccessToken, ID: uuid.New(), Session: uuid.New(), Subject: "100000000008", Issued: now, Expires: now.Add(time.Hour)}
	text, err := tokens.Sign(made)
	require.NoError(t, err)
	want := made
	want.Issued = time.Time{}
	for range 3 {
		got, err := tokens.Read(text, AccessToken, now)
		require.NoError(t, err)
		require.True(t, want.Expires.Equal(got.Expires))
		got.Expires = want.Expires
		require.Equal(t, want, got)
	}
	require.Equal(t, 1, tokens.known.Len())

	_, err = tokens.Read(text, AccessToken, made.Expires.Add(-time.Microsecond))
	require.NoError(t, err)
	for _, late := range []time.Duration{0, time.Microsecond, time.Hour} {
		_, err = tokens.Read(text, AccessToken, made.Expires.Add(late))
		require.ErrorIs(t, err, ErrInvalidToken)
	}
	made.Kind = RefreshToken
	refresh, err := tokens.Sign(made)
	require.NoError(t, err)
	for _, other := range []string{refresh, text + "A", text[:len(text)-1], ""} {
		for range 2 {
			_, err = tokens.Read(other, AccessToken, now)
			require.ErrorIs(t, err, ErrInvalidToken)
		}
	}
	require.Equal(t, 1, tokens.known.Len(), "what is refused is not remembered")
}

// TestTokensFromBeforeKeysHadNames checks that they are valid until they expire.
func TestTokensFromBeforeKeysHadNames(t *testing.T) {
	t.Parallel()
	tokens := testTokens(t, newSecretKey+","+testSecretKey)
	now := time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	made := Token{Kind: AccessToken, ID: uuid.New(), Session: uuid.New(), Subject: "100000000008", Issued: now, Expires: now.Add(time.Hour)}
	old := Tokens{keys: Keyring{{of: tokens.keys[1].of}}} // signs with the old key and an empty kid
	text, err := old.Sign(made)
	require.NoError(t, err)
	_, err = tokens.Read(text, AccessToken, now)
	require.ErrorIs(t, err, ErrInvalidToken) // a kid that no key has

	unnamed := withoutKeyID(t, tokens.keys[1], made)
	_, err = tokens.Read(unnamed, AccessToken, now)
	require.NoError(t, err)
	_, err = testTokens(t, newSecretKey).Read(unnamed, AccessToken, now)
	require.ErrorIs(t, err, ErrInvalidToken)
}

// withoutKeyID signs a token as versions with a single key did.
func withoutKeyID(t *testing.T, keys *Keys, made Token) string {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, tokenClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenIssuer}, Subject: made.Subject, ID: made.ID.String(),
			IssuedAt: jwt.NewNumericDate(made.Issued), ExpiresAt: jwt.NewNumericDate(made.Expires),
		},
		Session: made.Session, Type: made.Kind,
	}).SignedString(keys.token(made.Kind))
	require.NoError(t, err)
	return text
}
