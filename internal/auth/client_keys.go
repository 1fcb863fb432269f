package auth

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
	"github.com/bankingcore/bankcore/internal/credentials"
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

// NewClientKey is a key that was just made. Its text is stored nowhere.
type NewClientKey struct {
	ClientKey

	Text string
}

// AdminCreateClientKey makes a key for a service client. The holder of a key can do what its client can, so the caller must be able to
// grant all of the client's permissions.
func (s *Service) AdminCreateClientKey(ctx context.Context, caller Caller, client uuid.UUID) (NewClientKey, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return NewClientKey{}, err
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (NewClientKey, error) {
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
		key, err := s.insertClientKey(ctx, q, client)
		if err != nil {
			return NewClientKey{}, err
		}
		return key, s.RecordDetail(ctx, q, EventClientKeyCreated, audit.WholeBank, caller, client.String()+" "+key.ID)
	})
}

// insertClientKey inserts a key under a free id.
func (s *Service) insertClientKey(ctx context.Context, q db.Querier, client uuid.UUID) (NewClientKey, error) {
	for {
		key, err := credentials.NewClientKey(s.random)
		if err != nil {
			return NewClientKey{}, err
		}
		now, hash := s.now(), key.Hash()
		inserted, err := q.InsertClientKey(ctx, db.InsertClientKeyParams{
			ID: key.ID, ClientID: client, SecretHash: hash[:], CreatedAt: now.UnixMicro(),
		})
		if err != nil || inserted == 1 {
			return NewClientKey{ClientKey{ID: key.ID, CreatedAt: now}, key.Text}, err
		}
	}
}

// AdminListClientKeys returns the keys of a service client that are not revoked, oldest first.
func (s *Service) AdminListClientKeys(ctx context.Context, caller Caller, client uuid.UUID) ([]ClientKey, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return nil, err
	}
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) ([]ClientKey, error) {
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
func (s *Service) AdminRevokeClientKey(ctx context.Context, caller Caller, client uuid.UUID, key string) error {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.ServiceClientByID(ctx, client); err != nil {
			return clientError(err)
		}
		now := s.now().UnixMicro()
		revoked, err := q.RevokeClientKey(ctx, db.RevokeClientKeyParams{RevokedAt: &now, ID: key, ClientID: client})
		if err != nil {
			return err
		}
		if revoked == 0 {
			return refuse(CodeClientKeyNotFound, "This client has no key with this id, or it is revoked.")
		}
		return s.RecordDetail(ctx, q, EventClientKeyRevoked, audit.WholeBank, caller, client.String()+" "+key)
	})
}

// AuthenticateClient adds a service client to a caller who has sent one of its keys. Key and client are read anew for each request, so
// that a revocation or a change takes effect immediately, on every server. Unknown ids and wrong secrets cost the same.
func (s *Service) AuthenticateClient(ctx context.Context, caller Caller, text string) (Caller, error) {
	key, formed := credentials.ParseClientKey(text)
	if !formed {
		return s.refuseClientKey(ctx, caller)
	}
	row, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (db.ClientKeyByIDRow, error) {
		return q.ClientKeyByID(ctx, key.ID)
	})
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Caller{}, err
	}
	stored, given := make([]byte, sha256.Size), key.Hash()
	copy(stored, row.ClientKey.SecretHash)
	if right := subtle.ConstantTimeCompare(stored, given[:]) == 1; !right || !known {
		return s.refuseClientKey(ctx, caller)
	}
	client, err := serviceClientOf(&row.ServiceClient)
	if err != nil {
		return Caller{}, err
	}
	now := s.now()
	caller.Client = &Client{
		ID: client.ID, Permissions: client.Permissions, Accounts: client.Accounts, Key: key.ID, RateLimit: client.RateLimit,
	}
	if row.ClientKey.RevokedAt != nil || client.over(now) {
		return s.refuseClientKey(ctx, caller)
	}
	if !client.admits(caller.Address) {
		if err := s.recordGathered(ctx, EventClientNetworkRefused, audit.WholeBank, caller); err != nil {
			return Caller{}, err
		}
		return Caller{}, refuse(CodeClientNetworkRefused, "This key may not be used from your network.")
	}
	s.keyUses.note(key.ID, now)
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
