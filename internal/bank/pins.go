package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"
)

// KDF derives a key from a password, with the signature and meaning of argon2.IDKey; memory is in KiB.
type KDF func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte

// The cost of a PIN's hash, as OWASP's Password Storage Cheat Sheet advises for argon2id: about 20 ms and 19 MiB.
const (
	pinTime    = 2
	pinMemory  = 19 << 10 // KiB
	pinThreads = 1
	pinKeySize = 32
	saltSize   = 16

	// maxWaitingHashes bounds how many callers wait for a hash; further ones are told to come back.
	maxWaitingHashes = 256
)

// pinHasher makes and checks the hashes of PINs. Each one takes its whole memory while it runs, so only as many run at
// once as there are processors.
type pinHasher struct {
	pepper  []byte
	kdf     KDF
	random  io.Reader
	places  chan struct{} // callers that wait or hash
	running chan struct{}
	decoy   string
}

func newPinHasher(pepper string, kdf KDF, random io.Reader) *pinHasher {
	if kdf == nil {
		kdf = argon2.IDKey
	}
	h := &pinHasher{
		pepper:  []byte(pepper),
		kdf:     kdf,
		random:  random,
		places:  make(chan struct{}, maxWaitingHashes),
		running: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	h.decoy = encodePinHash(make([]byte, saltSize), make([]byte, pinKeySize))
	return h
}

// reserve takes a place, which release gives back. It is asked before an attempt is counted: an attempt that is counted is
// also carried out.
func (h *pinHasher) reserve() (release func(), err error) {
	select {
	case h.places <- struct{}{}:
		return func() { <-h.places }, nil
	default:
		return nil, refuse(CodeUnavailable, "Too many sign-ins at once. Try again shortly.")
	}
}

// hash makes the stored form of a PIN, in the PHC string format.
func (h *pinHasher) hash(ctx context.Context, pin string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	release, err := h.reserve()
	if err != nil {
		return "", err
	}
	defer release()
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
	return encodePinHash(salt, h.derive(pin, salt, pinTime, pinMemory, pinThreads)), nil
}

// matches tells whether a PIN is the one that was hashed. An empty hash, which stands for an unknown account, costs as
// much and never matches. The caller has reserved a place.
func (h *pinHasher) matches(pin, hash string) (bool, error) {
	h.running <- struct{}{}
	defer func() { <-h.running }()
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	var version int
	var time, memory uint32
	var threads uint8
	fields := strings.Split(hash, "$") // "", algorithm, version, parameters, salt, key
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false, errors.New("a stored PIN hash has an unknown form")
	}
	if _, err := fmt.Sscanf(fields[2]+" "+fields[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, errors.New("a stored PIN hash has unreadable parameters")
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(fields[5])
	if saltErr != nil || keyErr != nil || version != argon2.Version || len(key) != pinKeySize ||
		time < 1 || time > 16 || memory > 1<<20 || threads < 1 {
		return false, errors.New("a stored PIN hash is damaged")
	}
	equal := subtle.ConstantTimeCompare(key, h.derive(pin, salt, time, memory, threads)) == 1
	return equal && known, nil
}

// derive hashes an HMAC of the PIN under the pepper: with the database alone, the few PINs there are cannot be tried out.
func (h *pinHasher) derive(pin string, salt []byte, time, memory uint32, threads uint8) []byte {
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write([]byte(pin))
	return h.kdf(mac.Sum(nil), salt, time, memory, threads, pinKeySize)
}

func encodePinHash(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, pinMemory, pinTime, pinThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// commonPins are the commonest PINs of published leaks that the rules of checkNewPin do not cover: keypad patterns, pairs,
// years and dates.
var commonPins = strings.Fields(`
	0007 0069 0070 0101 0420 0911 1004 1010 1011 1101 1112 1122 1123 1133 1144 1199 1201 1212 1221 1225 1231 1232 1233
	1245 1313 1342 1379 1397 1414 1478 1515 1616 1701 1717 1818 1919 1950 1960 1966 1968 1969 1970 1971 1972 1973 1974
	1975 1976 1977 1978 1979 1980 1981 1982 1983 1984 1985 1986 1987 1988 1989 1990 1991 1992 1993 1994 1995 1996 1997
	1998 1999 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020
	2021 2022 2023 2024 2025 2026 2112 2121 2211 2323 2424 2468 2500 2512 2525 2580 2582 3141 3636 4200 4242
	4545 5050 5150 5151 5252 5683 6868 6969 7410 7788 7894 7979 8520 9090 9898 0852
	11223 12121 12123 12312 12321 12344 13579 24680 42069 52013 54320 69696
	101010 102030 111222 112211 112233 112358 121212 121314 123123 123321 123454 123654 124578 131313 135790 141414 142536
	147258 147852 159357 159753 201314 212121 232323 252525 258456 314159 321123 321321 420420 456123 520520 521521
	654123 666999 696969 741852 789123 789456 789654 852456 963852 987456 998877 999666
	1112233 1122334 1231234 1234321 1472580 2468101 5201314 7894561 8675309 1029384 1123581
	11112222 11223344 12121212 12123434 12341234 12344321 13131313 14725836 19841984 20002000 31415926 69696969 87654320
	123123123 123454321 147258369 147852369 159357456 741852963 789456123 963852741 1122334455 1231231234 1234512345
	1029384756 3141592653 1212121212 112233445566 121212121212 123123123123 123412341234 123456123456`)

// checkNewPin refuses the PINs that a guesser tries first. Its form, 4 to 12 digits, it checks as well.
func checkNewPin(pointer, pin string) error {
	if len(pin) < 4 || len(pin) > 12 || !allDigits(pin) {
		return invalid(pointer, "must be 4 to 12 digits")
	}
	if isRun(pin, 0) || isRun(pin, 1) || isRun(pin, 9) || slices.Contains(commonPins, pin) {
		return refuse(CodeWeakPin, "Choose a PIN that is not a run of digits, not one repeated digit, and not among the commonest PINs.")
	}
	return nil
}

// isRun tells whether each digit is the one before plus step, with 0 after 9.
func isRun(pin string, step byte) bool {
	for i := 1; i < len(pin); i++ {
		if (pin[i-1]-'0'+step)%10 != pin[i]-'0' {
			return false
		}
	}
	return true
}
