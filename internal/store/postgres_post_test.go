package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/db/pgdb"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/nettest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// payment returns an order for a transfer, under a key unless that is empty.
func payment(from, to, amount int64, key string) *store.Order {
	p := ledger.Posting{
		ID: uuid.New(), Type: ledger.TypeTransferOut, Account: ledger.AccountNumber(from), Amount: ledger.Money(amount), Description: key,
		Time: time.UnixMicro(1_000_000).UTC(), To: ledger.AccountNumber(to), ToID: uuid.New(), Transfer: uuid.New(),
	}
	fingerprint := make([]byte, 32)
	return &store.Order{Order: ledger.Order{Postings: []ledger.Posting{p}, Key: ledger.Key{
		KeyName: ledger.KeyName{Scope: "all", Text: key}, Fingerprints: [][]byte{fingerprint},
		Claim: ledger.Claim{Fingerprint: fingerprint, Kind: ledger.KindEntry, ID: p.ID},
	}}}
}

// newPostgres is newStore for what only PostgreSQL can do.
func newPostgres(t *testing.T) (s *store.Store, url string) {
	t.Helper()
	if storetest.OnSQLite() {
		t.Skip("for PostgreSQL")
	}
	return newStore(t)
}

// together posts orders in one batch, in this order, which meets what happens after the batch has been read. The last of the errors is
// that of an order which leads a batch before theirs.
func together(t *testing.T, s *store.Store, meanwhile func(), orders ...*store.Order) (outcomes []ledger.Outcome, failures []error) {
	t.Helper()
	outcomes, failures = make([]ledger.Outcome, len(orders)), make([]error, len(orders))
	leader, entered, leave := payment(ada, grace, 1, ""), make(chan struct{}), make(chan struct{})
	leader.Session, leader.Admit = uuid.New(), onFirst(func() { close(entered); <-leave })
	led := make(chan error, 1)
	go func() { _, err := s.Post(context.Background(), leader); led <- err }()
	<-entered
	orders[0].Session, orders[0].Admit = uuid.New(), onFirst(meanwhile)
	done := make(chan struct{})
	for i, o := range orders {
		go func() {
			outcomes[i], failures[i] = s.Post(context.Background(), o)
			done <- struct{}{}
		}()
		for s.Queued() != i+1 {
			time.Sleep(time.Millisecond)
		}
	}
	close(leave)
	require.NoError(t, <-led)
	for range orders {
		<-done
	}
	return outcomes, failures
}

// onFirst admits every time, and calls a function before the first time.
func onFirst(do func()) func(*db.SessionByIDRow) error {
	called := false
	return func(*db.SessionByIDRow) error {
		if !called {
			called = true
			do()
		}
		return nil
	}
}

// TestAKeyIsTakenMeanwhile by another server, after the batch has read its keys and before it has written them.
func TestAKeyIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, url := newPostgres(t)
	const one, other = int64(200000000004), int64(300000000003)
	for _, number := range []int64{one, other} {
		require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			return openAccount(ctx, q, number, 1000)
		}))
	}
	elsewhere, first := openURL(t, url), payment(one, other, 5, "key")
	outcomes, failures := together(t, s, func() {
		_, err := elsewhere.Post(context.Background(), first)
		require.NoError(t, err)
	}, payment(ada, grace, 10, "key"), payment(ada, grace, 100, "another"), payment(grace, ada, 7, ""))
	for i, err := range failures {
		require.NoError(t, err, i)
	}
	require.NotNil(t, outcomes[0].Earlier)
	require.Equal(t, first.Postings[0].ID, outcomes[0].Earlier.ID)
	require.Nil(t, outcomes[1].Earlier)
	requireBalances(t, s, 1000-1-100+7, 1000+1+100-7)
}

// TestOnlyTheCulpritFails: the database refuses one order of a batch, with an error that another try cannot help.
func TestOnlyTheCulpritFails(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, url := newPostgres(t)
	_, err := storetest.Raw(t, url).Exec("ALTER TABLE transactions ADD CHECK (description <> 'bad')")
	require.NoError(t, err)
	orders := make([]*store.Order, 7)
	for i := range orders {
		orders[i] = payment(ada, grace, 10, fmt.Sprint(i))
	}
	orders[4].Postings[0].Description = "bad"
	outcomes, failures := together(t, s, func() {}, orders...)
	for i, err := range failures {
		if i == 4 {
			require.ErrorContains(t, err, "violates check constraint")
			require.NotErrorIs(t, err, store.ErrUnavailable)
			require.Empty(t, outcomes[i])
			continue
		}
		require.NoError(t, err)
		require.Len(t, outcomes[i].Results, 1)
	}
	requireBalances(t, s, 1000-1-60, 1000+1+60)
}

// TestABatchThatLosesIsDecidedAgain: PostgreSQL rolls it back in favour of another transaction.
func TestABatchThatLosesIsDecidedAgain(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, url := newPostgres(t)
	raw := storetest.Raw(t, url)
	for _, code := range []string{"40001", "40P01"} {
		_, err := raw.Exec(`CREATE SEQUENCE tries;
			CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN IF nextval('tries') <= 3 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '` + code + `'; END IF; RETURN NULL; END $$;
			CREATE TRIGGER lose AFTER INSERT ON idempotency_keys FOR EACH STATEMENT EXECUTE FUNCTION lose()`)
		require.NoError(t, err)
		_, failures := together(t, s, func() {}, payment(ada, grace, 10, "one "+code), payment(ada, grace, 10, "other "+code))
		require.Equal(t, []error{nil, nil}, failures)
		require.Contains(t, storetest.Text(t, url, "SELECT last_value FROM tries"), "=4 ")
		_, err = raw.Exec("DROP FUNCTION lose CASCADE; DROP SEQUENCE tries")
		require.NoError(t, err)
	}
	requireBalances(t, s, 1000-42, 1000+42)
}

// TestALostConnection: before COMMIT is sent, another try does the work. After that its outcome is unknown to all of the batch, also to
// those that were refused, and each finds out under its key.
func TestALostConnection(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	first, address := newPostgres(t)
	require.NoError(t, first.Close())
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	proxy := nettest.NewProxy(t, parsed.Host)
	parsed.Host = proxy.Address()
	s := openURL(t, parsed.String())
	orders := func(name string) []*store.Order {
		return []*store.Order{payment(ada, grace, 100, "one "+name), payment(ada, grace, 5000, "too much "+name)}
	}
	together(t, s, func() {}, orders("warm")...) // prepares the statements

	struck := loseReply(proxy, pgdb.LockAccounts)
	_, failures := together(t, s, func() {}, orders("before")...)
	<-struck
	require.NoError(t, failures[0])
	require.ErrorAs(t, failures[1], new(*ledger.Refusal))
	requireBalances(t, s, 1000-202, 1000+202)

	together(t, s, func() {}, orders("warm again")...)
	// The leader of a batch before theirs commits, so the reply to lose is awaited once theirs has been read.
	lost := orders("lost")
	outcomes, failures := together(t, s, func() { struck = loseReply(proxy, "commit") }, lost...)
	<-struck
	for i, err := range failures {
		require.ErrorIs(t, err, store.ErrUnknown, i)
	}
	require.Equal(t, lost[0].Postings[0].ID, outcomes[0].Results[0].Entry.ID, "what may have been written")
	requireBalances(t, s, 1000-404, 1000+404)
	outcome, err := s.Post(context.Background(), lost[0])
	require.NoError(t, err)
	require.Equal(t, lost[0].Postings[0].ID, outcome.Earlier.ID)
	_, err = s.Post(context.Background(), lost[1])
	require.ErrorAs(t, err, new(*ledger.Refusal))
	requireBalances(t, s, 1000-404, 1000+404)
}

// loseReply makes the proxy lose the reply to a statement that is prepared; pgx names it after the text.
func loseReply(proxy *nettest.Proxy, query string) <-chan struct{} {
	digest := sha256.Sum256([]byte(query))
	return proxy.LoseReply("stmt_" + hex.EncodeToString(digest[:24]))
}
