package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// ServiceClient is a program that uses the bank with keys of its own.
type ServiceClient struct {
	ClientSettings

	ID         uuid.UUID
	CreatedAt  time.Time
	LastUsedAt time.Time // to about a minute; zero if no key of it ever was used
	RevokedAt  time.Time // zero if it is not revoked
}

func serviceClientOf(row *db.ServiceClient) (ServiceClient, error) {
	settings, err := clientSettingsOf(row)
	c := ServiceClient{ClientSettings: settings, ID: row.ID, CreatedAt: time.UnixMicro(row.CreatedAt).UTC()}
	if row.RevokedAt != nil {
		c.RevokedAt = time.UnixMicro(*row.RevokedAt).UTC()
	}
	return c, err
}

// over reports whether the client was revoked, or has expired.
func (c *ServiceClient) over(now time.Time) bool {
	return !c.RevokedAt.IsZero() || !c.ExpiresAt.IsZero() && !now.Before(c.ExpiresAt)
}

// AdminCreateClient creates a service client without keys.
func (s *Service) AdminCreateClient(ctx context.Context, caller Caller, p ClientSettings) (ServiceClient, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return ServiceClient{}, err
	}
	now := s.now()
	if err := p.normalize(now); err != nil {
		return ServiceClient{}, err
	}
	if err := caller.requireToGrant(p.Permissions); err != nil {
		return ServiceClient{}, err
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (ServiceClient, error) {
		if err := p.checkAccounts(ctx, q); err != nil {
			return ServiceClient{}, err
		}
		id, err := s.newID(now)
		if err != nil {
			return ServiceClient{}, err
		}
		row := p.row()
		row.ID, row.CreatedAt = id, now.UnixMicro()
		if err := q.InsertServiceClient(ctx, db.InsertServiceClientParams(row)); err != nil {
			return ServiceClient{}, err
		}
		client, err := serviceClientOf(&row)
		if err != nil {
			return ServiceClient{}, err
		}
		return client, s.RecordDetail(ctx, q, EventClientCreated, audit.WholeBank, caller, id.String()+" "+row.Permissions)
	})
}

// ClientPage is a part of the list of service clients, newest first.
type ClientPage struct {
	Clients    []ServiceClient
	NextCursor string // "" on the last page
}

type clientCursor struct {
	Before uuid.UUID `json:"b"`
}

// AdminListClients returns a page of service clients, revoked ones included.
func (s *Service) AdminListClients(ctx context.Context, caller Caller, limit int, cursor string) (ClientPage, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return ClientPage{}, err
	}
	limit = paging.Size(limit)
	position, err := paging.Begin(s.cursors, cursor, "clients", clientCursor{Before: ids.Last}, nil)
	if err != nil {
		return ClientPage{}, err
	}
	rows, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) ([]db.ServiceClient, error) {
		return q.ListServiceClients(ctx, db.ListServiceClientsParams{BeforeID: position.Before, RowLimit: int64(limit + 1)})
	})
	if err != nil || len(rows) == 0 {
		return ClientPage{}, err
	}
	uses, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (clientUses, error) {
		return usesOf(ctx, q, rows[len(rows)-1].ID, rows[0].ID)
	})
	if err != nil {
		return ClientPage{}, err
	}
	var unreadable error
	clients, next, err := paging.Of(s.cursors, "clients", rows, limit, func(row *db.ServiceClient) ServiceClient {
		client, err := serviceClientOf(row)
		client.LastUsedAt = uses[row.ID]
		unreadable = errors.Join(unreadable, err)
		return client
	}, func(last *db.ServiceClient) any { return clientCursor{Before: last.ID} })
	return ClientPage{Clients: clients, NextCursor: next}, errors.Join(err, unreadable)
}

// AdminGetClient returns a service client.
func (s *Service) AdminGetClient(ctx context.Context, caller Caller, id uuid.UUID) (ServiceClient, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return ServiceClient{}, err
	}
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (ServiceClient, error) {
		row, err := q.ServiceClientByID(ctx, id)
		if err != nil {
			return ServiceClient{}, clientError(err)
		}
		client, err := serviceClientOf(&row)
		if err != nil {
			return ServiceClient{}, err
		}
		uses, err := usesOf(ctx, q, id, id)
		client.LastUsedAt = uses[id]
		return client, err
	})
}

// AdminChangeClient changes a service client that is not revoked.
func (s *Service) AdminChangeClient(ctx context.Context, caller Caller, id uuid.UUID, p ClientChanges) (ServiceClient, error) {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return ServiceClient{}, err
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (ServiceClient, error) {
		before, client, err := lockClient(ctx, q, id)
		if err != nil {
			return ServiceClient{}, err
		}
		uses, err := usesOf(ctx, q, id, id)
		if err != nil {
			return ServiceClient{}, err
		}
		client.LastUsedAt = uses[id]
		expires := client.ExpiresAt
		p.apply(&client.ClientSettings)
		now := s.now()
		if client.ExpiresAt.Equal(expires) {
			now = time.Time{} // a client that has expired can be changed in every other way
		}
		if err := client.normalize(now); err != nil {
			return ServiceClient{}, err
		}
		if err := caller.requireToGrant(client.Permissions); err != nil {
			return ServiceClient{}, err
		}
		if err := client.checkAccounts(ctx, q); err != nil {
			return ServiceClient{}, err
		}
		after := client.row()
		changes := clientChanges(&before, &after)
		if changes == "" {
			return client, nil
		}
		if err := q.UpdateServiceClient(ctx, db.UpdateServiceClientParams{
			Name: after.Name, Permissions: after.Permissions, AccountNumbers: after.AccountNumbers, IpNetworks: after.IpNetworks,
			RateLimit: after.RateLimit, ExpiresAt: after.ExpiresAt, ID: id,
		}); err != nil {
			return ServiceClient{}, err
		}
		return client, s.RecordDetail(ctx, q, EventClientChanged, audit.WholeBank, caller, id.String()+" "+changes)
	})
}

// AdminRevokeClient revokes a service client and its keys, for ever.
func (s *Service) AdminRevokeClient(ctx context.Context, caller Caller, id uuid.UUID) error {
	if err := s.Require(ctx, caller, ClientsManage, AllAccounts); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		_, _, err := lockClient(ctx, q, id)
		if errors.Is(err, errClientRevoked) {
			return nil
		}
		if err != nil {
			return err
		}
		now := s.now().UnixMicro()
		if err := q.RevokeServiceClient(ctx, db.RevokeServiceClientParams{RevokedAt: &now, ID: id}); err != nil {
			return err
		}
		if err := q.RevokeClientKeys(ctx, db.RevokeClientKeysParams{RevokedAt: &now, ClientID: id}); err != nil {
			return err
		}
		return s.RecordDetail(ctx, q, EventClientRevoked, audit.WholeBank, caller, id.String())
	})
}

// lockClient locks a service client that is not revoked. Changes of a client and of its keys come one after the other.
func lockClient(ctx context.Context, q db.Querier, id uuid.UUID) (db.ServiceClient, ServiceClient, error) {
	row, err := q.LockServiceClient(ctx, id)
	if err != nil {
		return db.ServiceClient{}, ServiceClient{}, clientError(err)
	}
	if row.RevokedAt != nil {
		return db.ServiceClient{}, ServiceClient{}, errClientRevoked
	}
	client, err := serviceClientOf(&row)
	return row, client, err
}

func clientError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return refuse(CodeClientNotFound, "No service client has this id.")
	}
	return err
}

var errClientRevoked = refuse(CodeClientRevoked, "This client is revoked. Create another one.")
