package auth_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// client creates a service client and signs it in.
func (br *branch) client(t *testing.T, settings auth.ClientSettings) (uuid.UUID, auth.Caller) {
	t.Helper()
	settings.Name = "Card processor"
	client, err := br.Auth.AdminCreateClient(t.Context(), operator, settings)
	require.NoError(t, err)
	key, err := br.Auth.AdminCreateClientKey(t.Context(), operator, client.ID)
	require.NoError(t, err)
	caller, err := br.Auth.AuthenticateClient(t.Context(), auth.Caller{Address: "192.0.2.1"}, key.Text)
	require.NoError(t, err)
	return client.ID, caller
}

// TestManyKeysAtOnceAreTwo asks for ten keys of one client at the same time.
func TestManyKeysAtOnceAreTwo(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	client, err := br.Auth.AdminCreateClient(t.Context(), operator, auth.ClientSettings{Name: "Payroll", Permissions: []auth.Permission{auth.ReportsRead}})
	require.NoError(t, err)
	errs := make([]error, 10)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			errs[i] = patiently(func() error {
				_, err := br.Auth.AdminCreateClientKey(context.Background(), operator, client.ID)
				return err
			})
		})
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		requireCode(t, auth.CodeTooManyKeys, err)
	}
	require.Equal(t, auth.MaxClientKeys, made)
}

// TestChangesAtOnceKeepEachOther: whoever changes one setting does not undo what another has changed at the same time.
func TestChangesAtOnceKeepEachOther(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	client, err := br.Auth.AdminCreateClient(t.Context(), operator, auth.ClientSettings{Name: "Payroll", Permissions: []auth.Permission{auth.ReportsRead}})
	require.NoError(t, err)
	limit, name, permissions, accounts := 7, "Wages", []auth.Permission{auth.AuditRead}, []ledger.AccountNumber{br.open(t, 0).Number}
	changes := []auth.ClientChanges{{RateLimit: &limit}, {Name: &name}, {Permissions: &permissions}, {Accounts: &accounts}}
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	for i, change := range changes {
		all.Go(func() {
			errs[i] = patiently(func() error {
				_, err := br.Auth.AdminChangeClient(context.Background(), operator, client.ID, change)
				return err
			})
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	got, err := br.Auth.AdminGetClient(t.Context(), operator, client.ID)
	require.NoError(t, err)
	require.Equal(t, auth.ClientSettings{Name: name, Permissions: permissions, Accounts: accounts, RateLimit: limit}, got.ClientSettings)
}

// TestUsesOfManyKeysAreWritten in parts, and again after a failure.
func TestUsesOfManyKeysAreWritten(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	const clients = 3
	for range clients {
		br.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.ReportsRead}})
	}
	for i := range auth.UseBatch { // keys that are gone since, in a restored database
		br.Auth.NoteKeyUse(fmt.Sprintf("%08d", i), br.Clock.Now())
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, br.Auth.FlushKeyUses(gone))
	require.NoError(t, br.Auth.FlushKeyUses(t.Context()))
	written := storetest.Text(t, br.URL, "SELECT COUNT(*) AS used FROM client_keys WHERE last_used_at IS NOT NULL")
	require.Equal(t, fmt.Sprintf("used=%d \n", clients), written)
	require.Empty(t, br.Auth.TakeKeyUses())
}
