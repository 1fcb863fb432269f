package server_test

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// tokenKey derives the key of a kind of token, like the bank.
func tokenKey(t *testing.T, kind string) []byte {
	t.Helper()
	key, err := hkdf.Key(sha256.New, []byte(testSecretKey), nil, "bankcore "+kind+" token", sha256.Size)
	require.NoError(t, err)
	return key
}

func signed(t *testing.T, method jwt.SigningMethod, key any, claims map[string]any) string {
	t.Helper()
	text, err := jwt.NewWithClaims(method, jwt.MapClaims(claims)).SignedString(key)
	require.NoError(t, err)
	return text
}

// forgeries returns tokens that must be refused, made from a valid one of the kind.
func forgeries(t *testing.T, kind, good, ofOtherKind string) map[string]string {
	t.Helper()
	key, other := tokenKey(t, kind), tokenKey(t, map[string]string{"access": "refresh", "refresh": "access"}[kind])
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	claims := claimsOf(t, good)
	with := func(name string, value any) map[string]any {
		changed := maps.Clone(claims)
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
		return changed
	}
	parts := strings.Split(good, ".")
	hs := func(claims map[string]any) string { return signed(t, jwt.SigningMethodHS256, key, claims) }
	none := signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims)
	return map[string]string{
		"another payload":         parts[0] + "." + strings.Split(hs(with("sub", "999999999990")), ".")[1] + "." + parts[2],
		"another signature":       parts[0] + "." + parts[1] + "." + flipped(parts[2]),
		"a cut signature":         good[:len(good)-4],
		"no signature":            parts[0] + "." + parts[1] + ".",
		"alg none":                none,
		"alg none, old signature": none + parts[2],
		"HS512, the same key":     signed(t, jwt.SigningMethodHS512, key, claims),
		"HS384, the same key":     signed(t, jwt.SigningMethodHS384, key, claims),
		"RS256":                   signed(t, jwt.SigningMethodRS256, rsaKey, claims),
		"RS256 header, our HMAC":  strings.Split(signed(t, jwt.SigningMethodRS256, rsaKey, claims), ".")[0] + "." + parts[1] + "." + parts[2],
		"the master secret":       signed(t, jwt.SigningMethodHS256, []byte(testSecretKey), claims),
		"no key":                  signed(t, jwt.SigningMethodHS256, []byte{}, claims),
		"the other kind's key":    signed(t, jwt.SigningMethodHS256, other, claims),
		"the other kind":          ofOtherKind,
		"no exp":                  hs(with("exp", nil)),
		"exp in the past":         hs(with("exp", claims["iat"])),
		"exp is no time":          hs(with("exp", "never")),
		"no iss":                  hs(with("iss", nil)),
		"another iss":             hs(with("iss", "bankcore2")),
		"no aud":                  hs(with("aud", nil)),
		"another aud":             hs(with("aud", "somebody")),
		"not valid yet":           hs(with("nbf", claims["exp"])),
		"no typ":                  hs(with("typ", nil)),
		"the other typ":           hs(with("typ", map[string]string{"access": "refresh", "refresh": "access"}[kind])),
		"typ in capitals":         hs(with("typ", strings.ToUpper(kind))),
		"no sub":                  hs(with("sub", nil)),
		"sub is no account":       hs(with("sub", "admin")),
		"no jti":                  hs(with("jti", nil)),
		"sid is no id":            hs(with("sid", "1")),
		"two dots":                "..",
		"no dots":                 strings.Repeat("a", 100),
		"four parts":              good + ".x",
		"a space inside":          good[:20] + " " + good[20:],
		"not base64":              "!" + good,
	}
}

// flipped changes a signature in the middle.
func flipped(signature string) string {
	middle := len(signature) / 2
	other := "A"
	if signature[middle] == 'A' {
		other = "B"
	}
	return signature[:middle] + other + signature[middle+1:]
}

func TestForgedTokens(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	again := signed(t, jwt.SigningMethodHS256, tokenKey(t, "access"), claimsOf(t, session.AccessToken))
	require.Empty(t, w.accessCode(c, again), "the test must sign like the bank, or the forgeries below prove nothing")
	for name, token := range forgeries(t, "access", session.AccessToken, session.RefreshToken) {
		require.Equal(t, "invalid_token", w.accessCode(c, token), name)
	}
	for name, token := range forgeries(t, "refresh", session.RefreshToken, session.AccessToken) {
		for where, a := range map[string]*answer{
			"body":   w.renew(token),
			"cookie": w.call("POST", "/auth/refresh", header("Cookie", plainCookie+`="`+token+`"`)),
			"logout": w.call("POST", "/auth/logout", bearer(session.AccessToken), body(map[string]string{"refresh_token": token})),
		} {
			require.Equal(t, 401, a.status, "%s, %s: %s", name, where, a.text())
			require.Equal(t, "invalid_token", a.code(), "%s, %s", name, where)
			require.Contains(t, a.header.Get("WWW-Authenticate"), `error="invalid_token"`)
		}
	}
	require.Zero(t, w.tally("SELECT COUNT(*) FROM token_blacklist"), "nothing was spent")
	require.Zero(t, w.tally("SELECT COUNT(*) FROM sessions WHERE ended_at IS NOT NULL"))
	w.mustRenew(session.RefreshToken)
}

func TestTokensOfOddSizes(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	long := session.AccessToken + strings.Repeat("A", 3000)
	require.Equal(t, "invalid_token", w.accessCode(c, long))
	for name, option := range map[string]requestOption{
		"no header": func(*http.Request) {}, "no token": header("Authorization", "Bearer"), "an empty token": header("Authorization", "Bearer "),
		"another scheme": header("Authorization", "Basic "+session.AccessToken), "no scheme": header("Authorization", session.AccessToken),
	} {
		a := w.call("GET", "/accounts/"+c.number, option)
		require.Equal(t, 401, a.status, name)
		require.Equal(t, "unauthenticated", a.code(), name)
		require.Equal(t, `Bearer realm="bankcore"`, a.header.Get("WWW-Authenticate"), name)
	}
	require.Equal(t, 200, w.call("GET", "/accounts/"+c.number, header("Authorization", "bearer "+session.AccessToken)).status)

	// In a body, the contract bounds the length of tokens; in a cookie it cannot.
	require.Equal(t, 400, w.renew("").status)
	require.Equal(t, 400, w.renew(strings.Repeat("A", 3000)).status)
	require.Equal(t, "invalid_token", w.call("POST", "/auth/refresh", header("Cookie", plainCookie+"="+strings.Repeat("A", 3000))).code())
	require.Equal(t, "unauthenticated", w.call("POST", "/auth/refresh", header("Cookie", plainCookie+"=")).code())
	require.Equal(t, "unauthenticated", w.call("POST", "/auth/refresh").code())
}

// TestATokenHasOneSpelling changes the unused bits of the last character (RFC 4648, section 3.5): a token with a changed signature is
// a tampered token, even if a lenient decoder accepts it.
func TestATokenHasOneSpelling(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	last := len(session.AccessToken) - 1
	at := strings.IndexByte(alphabet, session.AccessToken[last])
	for _, other := range alphabet[at+1 : at+4] {
		require.Equal(t, "invalid_token", w.accessCode(c, session.AccessToken[:last]+string(other)))
	}
}
