package loadgen

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// operation is one kind of request. Each kind is measured under its own name.
type operation int

const (
	opTransfer operation = iota
	opDeposit
	opWithdraw
	opBatch   // many transfers in one request
	opAccount // reads the account itself
	opHistory // reads the newest page of its history
	opEntry   // reads one entry
	opMonth   // reads the first page of one month
	operations
)

var operationNames = [operations]string{"transfer", "deposit", "withdraw", "batch", "account", "history", "entry", "month"}

var reads = []operation{opAccount, opHistory, opEntry, opMonth}

func (o operation) String() string { return operationNames[o] }

// writes reports whether the operation moves money.
func (o operation) writes() bool { return o <= opBatch }

const maxWeight = 1_000_000

// Mix says how often each operation is chosen.
type Mix struct {
	text    string
	weights [operations]int
	total   int
}

// ParseMix parses operations and their weights, such as "transfer=80,deposit=10,read=10". A name without a weight has the weight 1. The
// name "read" stands for the four operations that read, in equal parts.
func ParseMix(text string) (Mix, error) {
	mix := Mix{text: text}
	seen := map[string]bool{}
	for item := range strings.SplitSeq(text, ",") {
		name, number, weighted := strings.Cut(strings.TrimSpace(item), "=")
		if !weighted {
			number = "1"
		}
		weight, err := strconv.Atoi(number)
		if err != nil || name == "" || weight < 0 || weight > maxWeight {
			return Mix{}, errors.New("expected NAME or NAME=WEIGHT, separated by commas, such as transfer=80,deposit=10,read=10")
		}
		if seen[name] {
			return Mix{}, fmt.Errorf("%q is listed twice", name)
		}
		seen[name] = true
		if err := mix.add(name, weight); err != nil {
			return Mix{}, err
		}
	}
	if mix.total == 0 {
		return Mix{}, errors.New("every weight is 0")
	}
	return mix, nil
}

// add counts in quarters, so that "read" can be shared among four.
func (m *Mix) add(name string, weight int) error {
	if name == "read" {
		for _, o := range reads {
			m.weights[o] += weight
		}
	} else {
		o := slices.Index(operationNames[:], name)
		if o < 0 {
			return fmt.Errorf("%q is not an operation: read, %s", name, strings.Join(operationNames[:], ", "))
		}
		m.weights[o] += len(reads) * weight
	}
	m.total += len(reads) * weight
	return nil
}

func (m Mix) String() string { return m.text }

// has reports whether an operation is ever chosen.
func (m Mix) has(o operation) bool { return m.weights[o] > 0 }

func (m Mix) pick(random *rand.Rand) operation {
	n := random.IntN(m.total)
	for o, weight := range m.weights {
		if n -= weight; n < 0 {
			return operation(o)
		}
	}
	panic("loadgen: the weights do not add up")
}
