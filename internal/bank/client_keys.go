package bank

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// maxClientKeys is how many keys a client can have: the one in use, and the one that will replace it.
const maxClientKeys = 2

// ClientKey is a key of a service client, without its secret.
type ClientKey struct {
	ID         string
	CreatedAt  time.Time
	LastUsedAt time.Time // to about a minute; zero if it was never used
}

func clientKeyOf(row *db.ClientKey) ClientKey {
	key := ClientKey{ID: row.ID, CreatedAt: time.UnixMicro(row.CreatedAt).UTC()}
	if row.LastUsedAt != nil {
		key.LastUsedAt = time.UnixMicro(*row.LastUsedAt).UTC()
	}
	return key
}

// NewClientKey is a key that was just made. Its text exists nowhere else.
type NewClientKey struct {
	ClientKey

	Text string
}

// AdminCreateClientKey makes a key for a service client. Who holds a key can do what its client can, so the caller must be able to give
// all of the client's permissions.
func (b *Bank) AdminCreateClientKey(ctx context.Context, caller Caller, client uuid.UUID) (NewClientKey, error) {
	if err := b.require(ctx, caller, ClientsManage, allAccounts); err != nil {
		return NewClientKey{}, err
	}
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (NewClientKey, error) {
		_, locked, err := lockClient(ctx, q, client)
		if err != nil {
			return NewClientKey{}, err
		}
		if err := caller.requireToGrant(locked.Permissions); err != nil {
			return NewClientKey{}, err
		}
		live, err := q.ListClientKeys(ctx, client)
		if err != nil {
			return NewClientKey{}, err
		}
		if len(live) >= maxClientKeys {
			return NewClientKey{}, refuse(CodeTooManyKeys, "This client has %d keys. Revoke one of them first.", len(live))
		}
		key, err := b.insertClientKey(ctx, q, client)
		if err != nil {
			return NewClientKey{}, err
		}
		return key, b.recordDetail(ctx, q, EventClientKeyCreated, audit.WholeBank, caller, client.String()+" "+key.ID)
	})
}

// insertClientKey inserts a key under a free id.
func (b *Bank) insertClientKey(ctx context.Context, q db.Querier, client uuid.UUID) (NewClientKey, error) {
	for {
		key, err := auth.NewClientKey(b.random)
		if err != nil {
			return NewClientKey{}, err
		}
		now, hash := b.now(), key.Hash()
		inserted, err := q.InsertClientKey(ctx, db.InsertClientKeyParams{
			ID: key.ID, ClientID: client, SecretHash: hash[:], CreatedAt: now.UnixMicro(),
		})
		if err != nil || inserted == 1 {
			return NewClientKey{ClientKey{ID: key.ID, CreatedAt: now}, key.Text}, err
		}
	}
}

// AdminListClientKeys returns the keys of a service client that are not revoked, oldest first.
func (b *Bank) AdminListClientKeys(ctx context.Context, caller Caller, client uuid.UUID) ([]ClientKey, error) {
	if err := b.require(ctx, caller, ClientsManage, allAccounts); err != nil {
		return nil, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]ClientKey, error) {
		if _, err := q.ServiceClientByID(ctx, client); err != nil {
			return nil, clientError(err)
		}
		rows, err := q.ListClientKeys(ctx, client)
		keys := make([]ClientKey, 0, len(rows))
		for i := range rows {
			keys = append(keys, clientKeyOf(&rows[i]))
		}
		return keys, err
	})
}

// AdminRevokeClientKey revokes a key of a service client.
func (b *Bank) AdminRevokeClientKey(ctx context.Context, caller Caller, client uuid.UUID, key string) error {
	if err := b.require(ctx, caller, ClientsManage, allAccounts); err != nil {
		return err
	}
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.ServiceClientByID(ctx, client); err != nil {
			return clientError(err)
		}
		now := b.now().UnixMicro()
		revoked, err := q.RevokeClientKey(ctx, db.RevokeClientKeyParams{RevokedAt: &now, ID: key, ClientID: client})
		if err != nil {
			return err
		}
		if revoked == 0 {
			return refuse(CodeClientKeyNotFound, "This client has no key with this id, or it is revoked.")
		}
		return b.recordDetail(ctx, q, EventClientKeyRevoked, audit.WholeBank, caller, client.String()+" "+key)
	})
}

// AuthenticateClient adds a service client to a caller who has sent one of its keys. Key and client are read anew for each request, so
// that a revocation or a change takes effect immediately, on every server. Unknown ids and wrong secrets cost the same.
func (b *Bank) AuthenticateClient(ctx context.Context, caller Caller, text string) (Caller, error) {
	key, formed := auth.ParseClientKey(text)
	if !formed {
		return b.refuseClientKey(ctx, caller)
	}
	row, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (db.ClientKeyByIDRow, error) {
		return q.ClientKeyByID(ctx, key.ID)
	})
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Caller{}, err
	}
	stored, given := make([]byte, sha256.Size), key.Hash()
	copy(stored, row.ClientKey.SecretHash)
	if right := subtle.ConstantTimeCompare(stored, given[:]) == 1; !right || !known {
		return b.refuseClientKey(ctx, caller)
	}
	client, err := serviceClientOf(&row.ServiceClient)
	if err != nil {
		return Caller{}, err
	}
	now := b.now()
	caller.Client = &Client{
		ID: client.ID, Permissions: client.Permissions, Accounts: client.Accounts, Key: key.ID, RateLimit: client.RateLimit,
	}
	if row.ClientKey.RevokedAt != nil || client.over(now) {
		return b.refuseClientKey(ctx, caller)
	}
	if !client.admits(caller.Address) {
		if err := b.recordGathered(ctx, EventClientNetworkRefused, audit.WholeBank, caller); err != nil {
			return Caller{}, err
		}
		return Caller{}, refuse(CodeClientNetworkRefused, "This key may not be used from your network.")
	}
	b.keyUses.note(key.ID, now)
	return caller, nil
}

// admits reports whether a request may come from an address.
func (s *ClientSettings) admits(address string) bool {
	if len(s.Networks) == 0 {
		return true
	}
	from, err := netip.ParseAddr(address)
	from = from.Unmap().WithZone("")
	return err == nil && slices.ContainsFunc(s.Networks, func(n netip.Prefix) bool { return n.Contains(from) })
}
