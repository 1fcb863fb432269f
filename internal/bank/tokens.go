package bank

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Lifetimes of tokens and sessions.
const (
	AccessLifetime  = 15 * time.Minute
	SessionLifetime = 7 * 24 * time.Hour // since the sign-in, however often the tokens are renewed
	// refreshGrace is how long a spent refresh token still gets its successor even if that has been spent, too: for a second
	// tab that comes late.
	refreshGrace = 10 * time.Second
)

const (
	tokenIssuer = "bankcore"
	keyID       = "kid" // RFC 7515, section 4.1.4
)

type tokenType string

const (
	accessToken  tokenType = "access"
	refreshToken tokenType = "refresh"
)

// token is the content of a signed token. Its text depends only on these fields and the key, so that a successor can be
// issued again.
type token struct {
	kind    tokenType
	id      uuid.UUID
	session uuid.UUID
	account ledger.AccountNumber
	issued  time.Time
	expires time.Time
}

// tokenSigner signs and reads tokens (RFC 7519, HS256). Each kind has its own key and its own typ claim, so that one kind is
// never accepted as the other. The header's kid names the key; a token from before tokens had a kid is tried with all keys.
type tokenSigner struct {
	keys []*keySet // the one that signs first
	// known caches access tokens by the hash of their text. It holds nothing that can change: a valid signature stays valid.
	// Reading a token without the cache takes a sixth of the time that a request takes outside the store.
	known *lru.Cache[[sha256.Size]byte, token]
}

// knownTokens limits the size of known; a full cache takes 3 MB.
const knownTokens = 1 << 14

type tokenClaims struct {
	jwt.RegisteredClaims
	Session uuid.UUID `json:"sid"`
	Type    tokenType `json:"typ"`
}

func (k *keySet) token(kind tokenType) []byte {
	if kind == accessToken {
		return k.access[:]
	}
	return k.refresh[:]
}

// verifying returns the keys that a token may be signed with.
func (s *tokenSigner) verifying(t *jwt.Token, kind tokenType) jwt.VerificationKeySet {
	var set jwt.VerificationKeySet
	kid, named := t.Header[keyID]
	for _, keys := range s.keys {
		if !named || kid == keys.id {
			set.Keys = append(set.Keys, keys.token(kind))
		}
	}
	return set
}

func (s *tokenSigner) sign(t token) (string, error) {
	unsigned := jwt.NewWithClaims(jwt.SigningMethodHS256, tokenClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    tokenIssuer,
			Audience:  jwt.ClaimStrings{tokenIssuer},
			Subject:   t.account.String(),
			ID:        t.id.String(),
			IssuedAt:  jwt.NewNumericDate(t.issued),
			ExpiresAt: jwt.NewNumericDate(t.expires),
		},
		Session: t.session,
		Type:    t.kind,
	})
	unsigned.Header[keyID] = s.keys[0].id
	text, err := unsigned.SignedString(s.keys[0].token(t.kind))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return text, nil
}

// readAccess is read for access tokens, with a cache, since each one is sent many times.
func (s *tokenSigner) readAccess(text string, now time.Time) (token, error) {
	sum := sha256.Sum256([]byte(text))
	t, known := s.known.Get(sum)
	if known && now.Before(t.expires) {
		return t, nil
	}
	t, err := s.read(text, accessToken, now)
	if err == nil {
		s.known.Add(sum, t)
	}
	return t, err
}

// read checks a token's signature, kind, issuer, audience and time. It does not check whether the session is still live. For
// an expired token, it returns the account along with the error.
func (s *tokenSigner) read(text string, kind tokenType, now time.Time) (token, error) {
	var claims tokenClaims
	_, err := jwt.ParseWithClaims(text, &claims, func(t *jwt.Token) (any, error) { return s.verifying(t, kind), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithStrictDecoding(), // one token has one spelling
		jwt.WithExpirationRequired(),
		jwt.WithIssuer(tokenIssuer),
		jwt.WithAudience(tokenIssuer),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	// The library's errors may quote the token. It checks the time after the signature.
	expired := errors.Is(err, jwt.ErrTokenExpired)
	if err != nil && !expired || claims.Type != kind {
		return token{}, errInvalidToken
	}
	id, idErr := uuid.Parse(claims.ID)
	account, accountErr := ledger.ParseAccountNumber(claims.Subject)
	if idErr != nil || accountErr != nil {
		return token{}, errInvalidToken
	}
	if expired {
		return token{account: account}, errInvalidToken
	}
	return token{kind: kind, id: id, session: claims.Session, account: account, expires: claims.ExpiresAt.Time}, nil
}
