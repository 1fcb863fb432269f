package faults

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/nettest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// TestACustomerIsToldTheAccountThatALostCommitOpened: the bank retries the opening, which draws another number and is rolled back.
func TestACustomerIsToldTheAccountThatALostCommitOpened(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	proxy := nettest.NewProxy(t, server.Address())
	url := server.URL("bankcore")
	c := newCluster(t, strings.Replace(url, server.Address(), proxy.Address(), 1), url)
	digest := sha256.Sum256([]byte("commit")) // from which pgx makes the name of a prepared statement
	for i := range 5 {
		c.servers[0].Open(bankcoretest.PIN, 1) // leaves a connection with all its statements prepared to the next request
		struck := proxy.LoseReply("stmt_" + hex.EncodeToString(digest[:24]))
		opened := c.servers[0].Call("POST", "/accounts", map[string]any{"account_holder_name": "Ada Lovelace", "pin": bankcoretest.PIN, "initial_deposit": 70},
			"Idempotency-Key", fmt.Sprint("lost ", i))
		<-struck
		require.Equal(t, 201, opened.Status, opened.Body)
		require.Empty(t, opened.Header.Get("Idempotent-Replayed"), "it was sent once")
		number := opened.Field(t, "account_number").(string)
		auth := c.servers[1].Authorization(number, bankcoretest.PIN)
		require.EqualValues(t, 70, c.servers[1].Call("GET", "/accounts/"+number, nil, auth...).Field(t, "balance"))
	}
}
