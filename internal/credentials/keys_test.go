package credentials

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// zeros is a random source that is none.
func zeros() io.Reader { return bytes.NewReader(make([]byte, 100)) }

func testKeyring(t *testing.T, setting string) Keyring {
	t.Helper()
	ring, err := NewKeyring(setting)
	require.NoError(t, err)
	return ring
}

// TestWhatIsStoredStaysReadable holds the encodings still: another one would sign everybody out, or make stored hashes and
// seals useless.
func TestWhatIsStoredStaysReadable(t *testing.T) {
	t.Parallel()
	const account, customer, code = "100000000008", "019aa8b0-52d0-7c11-9b3a-5e6f70819200", "ABCDEFGH2345"
	ring := testKeyring(t, testSecretKey)
	require.Equal(t, []string{"7b71c16f"}, ring.IDs())
	for purpose, want := range map[Purpose]string{
		ForCursors:       "3757c123fb9bc0bfd2df997b5a4442d8e7470976f7e37bacac2005fd76239dbc",
		ForFingerprints:  "4e4187c7d57b077e2ed9ffcc83e5dc62832496118e6075c19a4ff76159a45fc7",
		ForResetCodes:    "62e0722e74807c8af78d34e7ea1f986c2007c228d4eb3ca88215cc8aaca3d989",
		ForInvitations:   "4d59d6fc222c3c0d33c06a42c3cb20f72a0daa0d0c2afd40c4a5d15d4e948a39",
		ForDevices:       "91d2cc0ed448fc65fa710132e2ff40ad044f4d4d3cf6173783b8da7d9b6d0252",
		forAccessTokens:  "31d3e6fc7fc00bcb6edd9f007b4e4ad3525145c4e1c793753f2ff56b2803dd24",
		forRefreshTokens: "b899b1d9938cae7e107c64f8eff90b4ebcd14f956b1e49334e1d3d2b99871c3f",
		forSecondFactors: "e2ae4bfb4cfd0e086be01cf35a91fc5b600a55bd9c100814b8863dc639104c11",
	} {
		require.Equal(t, want, hex.EncodeToString(ring[0].of[purpose]), purposes[purpose])
	}
	require.Equal(t, "ce673424a03f98065dceaba2003991fee358117f30d3342fcf6089ff0d779a9f", hex.EncodeToString(ring[0].MAC(ForInvitations, code)))

	secret := FactorSecret("12345678901234567890")
	require.Equal(t, "3eeda00713967504dd2a2b451f078d51db40ff99d31b7b0e5868d066b23b1c1c", hex.EncodeToString(secret.HashRecoveryCode(account, code)))
	uri, err := secret.URI(account)
	require.NoError(t, err)
	require.Equal(t, "otpauth://totp/Banking%20Core:100000000008?algorithm=SHA1&digits=6&issuer=Banking%20Core&period=30&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", uri)
	sealed, keyID, err := ring.Seal(zeros(), account, secret)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("00", 24)+"e297d03c9b97f1ac1c6668761e0e0b921ed16873e2eb86ac463d52b802d9517f8feba7d8", hex.EncodeToString(sealed))
	require.Equal(t, "7b71c16f", keyID)

	now := time.Unix(1_800_000_000, 0)
	text, err := testTokens(t, testSecretKey).Sign(Token{
		Kind: AccessToken, ID: uuid.UUID{1}, Session: uuid.UUID{2}, Subject: customer, Account: account, Issued: now, Expires: now.Add(time.Hour),
	})
	require.NoError(t, err)
	require.Equal(t, "eyJhbGciOiJIUzI1NiIsImtpZCI6IjdiNzFjMTZmIiwidHlwIjoiSldUIn0."+
		"eyJpc3MiOiJiYW5rY29yZSIsInN1YiI6IjAxOWFhOGIwLTUyZDAtN2MxMS05YjNhLTVlNmY3MDgxOTIwMCIsImF1ZCI6WyJiYW5rY29yZSJdLCJleHAiOjE4MDAwM"+
		"DM2MDAsImlhdCI6MTgwMDAwMDAwMCwianRpIjoiMDEwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIiwic2lkIjoiMDIwMDAwMDAtMDAwMC0wMDAwLT"+
		"AwMDAtMDAwMDAwMDAwMDAwIiwiYWNjIjoiMTAwMDAwMDAwMDA4IiwidHlwIjoiYWNjZXNzIn0.q0t5vTr_ko7MU2BzC8eVRRvH0mG9nuOAC9B8Fto0ep4", text)

	hash, err := testHasher(t, testPepper, nil, zeros()).Hash(goodPIN)
	require.NoError(t, err)
	require.Equal(t, "$argon2id$v=19$m=19456,t=2,p=1,keyid=qGQpQy2Q$AAAAAAAAAAAAAAAAAAAAAA$TqepHaeSU9P5x0PJcPJdyJ0DpJPgCKpkpJtnrBiDvXc", hash)
}

func TestASecretListedTwiceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := NewKeyring(testSecretKey + "," + newSecretKey + "," + testSecretKey)
	require.ErrorContains(t, err, "twice")
	require.NotContains(t, err.Error(), testSecretKey)
}
