package config

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/bankingcore/bankcore/internal/credentials"
)

const (
	// leastStrength is in bits, as strength estimates them: 32 random hexadecimal digits have 94 or more, 32 random decimal ones 79 or
	// more, and a passphrase of 32 letters about 120.
	leastStrength  = 70
	expectedStrong = "a secret that is hard to guess, without repetitions, sequences or a placeholder; openssl rand -base64 32 makes one"
)

// placeholders are what examples hold in a secret's place, reduced to lower-case letters and digits.
var placeholders = []string{
	"changeme", "changethis", "replaceme", "replacethis", "placeholder", "yoursecret", "youradminkey", "yourpepper", "yourtoken", "insecure", "notasecret",
}

// CheckSecrets refuses secrets that are easy to guess, and one secret in two settings, where a leak of one would give away the
// other. An older pepper may be weak: it opens nothing, and PINs that were hashed with it move away from it.
func (c *Config) CheckSecrets() error {
	named := append(c.secrets(), namedSecret{"METRICS_TOKEN", &c.MetricsToken})
	holder := map[string]string{}
	for _, setting := range named {
		if *setting.value == "" {
			continue
		}
		for i, text := range credentials.Secrets(string(*setting.value)) {
			if weak := !strong(text); weak && (i == 0 || setting.name != "PIN_PEPPER") {
				return fmt.Errorf("%s: expected %s", setting.name, expectedStrong)
			}
			if other, taken := holder[text]; taken {
				return fmt.Errorf("%s: expected a secret of its own; %s has the same", setting.name, other)
			}
			holder[text] = setting.name
		}
	}
	return nil
}

func strong(text string) bool {
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return strength(text) >= leastStrength &&
		!slices.ContainsFunc(placeholders, func(known string) bool { return strings.Contains(plain, known) })
}

// strength estimates how many bits a guesser has to find: the entropy of the characters, or of the steps from each to the next if that
// is less, times the length. A text that repeats itself counts once. It tells neglect from randomness, but knows no words.
func strength(text string) float64 {
	all := []rune(text)
	all = all[:period(all)]
	var steps []rune
	for i := 1; i < len(all); i++ {
		steps = append(steps, all[i]-all[i-1])
	}
	return min(entropy(all), entropy(steps)) * float64(len(all))
}

// period returns the length of the part that a text repeats, or of the whole text if it does not.
func period(text []rune) int {
	for p := 1; p < len(text); p++ {
		if slices.Equal(text[p:], text[:len(text)-p]) {
			return p
		}
	}
	return len(text)
}

// entropy returns Shannon's entropy, in bits per symbol.
func entropy(symbols []rune) float64 {
	counts := map[rune]int{}
	for _, symbol := range symbols {
		counts[symbol]++
	}
	bits := 0.0
	for _, count := range counts {
		share := float64(count) / float64(len(symbols))
		bits -= share * math.Log2(share)
	}
	return bits
}
