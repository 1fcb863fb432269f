package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// move returns a transfer as a bank would request it.
func move(from, to, amount int64) ledger.Posting {
	return ledger.Posting{
		ID: uuid.Must(uuid.NewV7()), Type: ledger.TypeTransferOut, Account: ledger.AccountNumber(from), Amount: ledger.Money(amount),
		Time: time.UnixMicro(1_000_000).UTC(), To: ledger.AccountNumber(to), ToID: uuid.Must(uuid.NewV7()), Transfer: uuid.Must(uuid.NewV7()),
	}
}

func orderOf(postings ...ledger.Posting) *store.Order {
	return &store.Order{Order: ledger.Order{Postings: postings}}
}

// under gives an order a key. The request stands for what the fingerprint is made of.
func under(key string, request byte, o *store.Order) *store.Order {
	fingerprint := make([]byte, 32)
	fingerprint[0] = request
	o.Key = ledger.Key{
		KeyName: ledger.KeyName{Scope: "100000000008", Text: key}, Fingerprints: [][]byte{fingerprint},
		Claim: ledger.Claim{Fingerprint: fingerprint, Kind: ledger.KindEntry, ID: o.Postings[0].ID},
	}
	return o
}

// admitted makes an order depend on a session.
func admitted(session uuid.UUID, admit func(*db.SessionByIDRow) error, o *store.Order) *store.Order {
	o.Session, o.Admit = session, admit
	return o
}

func referring(reference string, p ledger.Posting) ledger.Posting {
	p.Reference = reference
	return p
}

// answer is what Post has returned.
type answer struct {
	outcome ledger.Outcome
	err     error
}

// postSafely returns a panic as an error.
func postSafely(ctx context.Context, s *store.Store, o *store.Order) (a answer) {
	defer func() {
		if cause := recover(); cause != nil {
			a.err = fmt.Errorf("panic: %v", cause)
		}
	}()
	a.outcome, a.err = s.Post(ctx, o)
	return a
}

// postTogether posts orders in one batch, in this order. After a conflict, an engine may divide it.
func postTogether(t *testing.T, s *store.Store, orders ...*store.Order) []answer {
	t.Helper()
	answers := make([]answer, len(orders))
	entered, leave, first := make(chan struct{}), make(chan struct{}), make(chan answer)
	blocking := orderOf(move(ada, grace, 1_000_000)) // it is refused, after the others have come
	blocking.Session = uuid.New()
	blocked := false
	blocking.Admit = func(*db.SessionByIDRow) error {
		if !blocked {
			blocked = true
			close(entered)
			<-leave
		}
		return nil
	}
	go func() { first <- postSafely(context.Background(), s, blocking) }()
	<-entered
	done := make(chan struct{})
	for i, o := range orders {
		go func() {
			answers[i] = postSafely(context.Background(), s, o)
			done <- struct{}{}
		}()
		awaitWaiting(t, s, i+1)
	}
	close(leave)
	for range orders {
		<-done
	}
	requireCode(t, ledger.CodeInsufficientFunds, (<-first).err)
	return answers
}

func requireCode(t *testing.T, code ledger.Code, err error) {
	t.Helper()
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
}

// rowsOf returns an account's history.
func rowsOf(t *testing.T, s *store.Store, number int64) []db.Transaction {
	t.Helper()
	rows, err := store.Read(context.Background(), s, func(ctx context.Context, q db.Querier) ([]db.Transaction, error) {
		return q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{AccountNumber: number, RowLimit: 1 << 20})
	})
	require.NoError(t, err)
	return rows
}

// requireChain checks that an account's entries follow each other, as the ledger sees them, and returns them. The first one is newStore's.
func requireChain(t *testing.T, s *store.Store, number int64) []ledger.Entry {
	t.Helper()
	rows := rowsOf(t, s, number)
	var entries []ledger.Entry
	for i := range rows {
		entry := store.EntryOf(&rows[i])
		if i > 0 {
			before := entries[i-1].State()
			require.Empty(t, entry.Follows(&before))
		}
		entries = append(entries, entry)
	}
	return entries
}
