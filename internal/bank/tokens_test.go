package bank

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A cached token is still accepted only as its own kind and under its own key, and expires at the same instant.
func TestACachedTokenKeepsItsKindAndKey(t *testing.T) {
	t.Parallel()
	b := newBranch(t).bank
	now := time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	made := token{kind: accessToken, id: uuid.New(), session: uuid.New(), account: 100000000008, issued: now, expires: now.Add(AccessLifetime)}
	text, err := b.tokens.sign(made)
	require.NoError(t, err)
	want := made
	want.issued = time.Time{}
	for range 3 {
		got, err := b.tokens.readAccess(text, now)
		require.NoError(t, err)
		require.True(t, want.expires.Equal(got.expires))
		got.expires = want.expires
		require.Equal(t, want, got)
	}
	require.Equal(t, 1, b.tokens.known.Len())

	_, err = b.tokens.readAccess(text, made.expires.Add(-time.Microsecond))
	require.NoError(t, err)
	for _, late := range []time.Duration{0, time.Microsecond, time.Hour} {
		_, err = b.tokens.readAccess(text, made.expires.Add(late))
		requireCode(t, CodeInvalidToken, err)
	}
	made.kind = refreshToken
	refresh, err := b.tokens.sign(made)
	require.NoError(t, err)
	for _, other := range []string{refresh, text + "A", text[:len(text)-1], ""} {
		for range 2 {
			_, err = b.tokens.readAccess(other, now)
			requireCode(t, CodeInvalidToken, err)
		}
	}
	require.Equal(t, 1, b.tokens.known.Len(), "what is refused is not remembered")
}

// withoutKeyID signs a token as versions with a single key did.
func withoutKeyID(t *testing.T, keys *keySet, made token) string {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, tokenClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokenIssuer, Audience: jwt.ClaimStrings{tokenIssuer}, Subject: made.account.String(), ID: made.id.String(),
			IssuedAt: jwt.NewNumericDate(made.issued), ExpiresAt: jwt.NewNumericDate(made.expires),
		},
		Session: made.session, Type: made.kind,
	}).SignedString(keys.token(made.kind))
	require.NoError(t, err)
	return text
}
