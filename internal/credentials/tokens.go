package credentials

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	tokenIssuer = "bankcore"
	keyID       = "kid" // RFC 7515, section 4.1.4
)

// TokenKind is the kind of a token.
type TokenKind string

// The kinds. An access token goes with each request; a refresh token is exchanged for new tokens, once.
const (
	AccessToken  TokenKind = "access"
	RefreshToken TokenKind = "refresh"
)

// Token is the content of a signed token. Its text depends only on these fields and the key, so that a successor can be issued
// again.
type Token struct {
	Kind    TokenKind
	ID      uuid.UUID
	Session uuid.UUID
	Subject string    // the customer's id
	Account string    // the number of the account that the customer signed in with
	Issued  time.Time // not set by Read
	Expires time.Time
}

// ErrInvalidToken means that a text is no token, or not a valid one of the kind that is needed.
var ErrInvalidToken = errors.New("auth: invalid token")

// Tokens signs and reads tokens (RFC 7519, HS256). Each kind has its own key and its own typ claim, so that one kind is never
// accepted as the other. The header's kid names the key; a token from before tokens had a kid is tried with all keys.
type Tokens struct {
	keys Keyring
	// known caches access tokens by their text. It holds nothing that can change: a valid signature stays valid. Reading a token without
	// the cache takes a sixth of the time that a request takes outside the store. Looking it up under a hash of its text instead would take
	// five times as long as under the text itself, which is in memory with each request anyway.
	known *lru.Cache[string, Token]
}

// knownTokens limits the size of known; a full cache takes 11 MB.
const knownTokens = 1 << 14

// NewTokens returns Tokens that sign with the first of the keys.
func NewTokens(keys Keyring) (*Tokens, error) {
	known, err := lru.New[string, Token](knownTokens)
	return &Tokens{keys: keys, known: known}, err
}

type tokenClaims struct {
	jwt.RegisteredClaims
	Session uuid.UUID `json:"sid"`
	Account string    `json:"acc"`
	Type    TokenKind `json:"typ"`
}

func (k *Keys) token(kind TokenKind) []byte {
	if kind == AccessToken {
		return k.of[forAccessTokens]
	}
	return k.of[forRefreshTokens]
}

// verifying returns the keys that a token may be signed with.
func (s *Tokens) verifying(t *jwt.Token, kind TokenKind) jwt.VerificationKeySet {
	var set jwt.VerificationKeySet
	kid, named := t.Header[keyID]
	for _, keys := range s.keys {
		if !named || kid == keys.ID {
			set.Keys = append(set.Keys, keys.token(kind))
		}
	}
	return set
}

// Sign returns the text of a token.
func (s *Tokens) Sign(t Token) (string, error) {
	unsigned := jwt.NewWithClaims(jwt.SigningMethodHS256, tokenClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    tokenIssuer,
			Audience:  jwt.ClaimStrings{tokenIssuer},
			Subject:   t.Subject,
			ID:        t.ID.String(),
			IssuedAt:  jwt.NewNumericDate(t.Issued),
			ExpiresAt: jwt.NewNumericDate(t.Expires),
		},
		Session: t.Session,
		Account: t.Account,
		Type:    t.Kind,
	})
	unsigned.Header[keyID] = s.keys[0].ID
	text, err := unsigned.SignedString(s.keys[0].token(t.Kind))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return text, nil
}

// Read checks a token's signature, kind, issuer, audience and time. It does not check whether the session is still live. Its
// error is ErrInvalidToken; for an expired token, it returns the subject and the account along with it.
func (s *Tokens) Read(text string, kind TokenKind, now time.Time) (Token, error) {
	if kind == AccessToken {
		return s.readAccess(text, now)
	}
	return s.read(text, kind, now)
}

// readAccess is read for access tokens, with a cache, since each one is sent many times.
func (s *Tokens) readAccess(text string, now time.Time) (Token, error) {
	t, known := s.known.Get(text)
	if known && now.Before(t.Expires) {
		return t, nil
	}
	t, err := s.read(text, AccessToken, now)
	if err == nil {
		s.known.Add(strings.Clone(text), t) // without the rest of the header
	}
	return t, err
}

func (s *Tokens) read(text string, kind TokenKind, now time.Time) (Token, error) {
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
		return Token{}, ErrInvalidToken
	}
	id, err := uuid.Parse(claims.ID)
	if err != nil {
		return Token{}, ErrInvalidToken
	}
	if expired {
		return Token{Subject: claims.Subject, Account: claims.Account}, ErrInvalidToken
	}
	return Token{Kind: kind, ID: id, Session: claims.Session, Subject: claims.Subject, Account: claims.Account, Expires: claims.ExpiresAt.Time}, nil
}
