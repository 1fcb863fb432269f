package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// AdminCreateClient answers POST /admin/clients.
func (s *Server) AdminCreateClient(ctx context.Context, request api.AdminCreateClientRequestObject) (api.AdminCreateClientResponseObject, error) {
	body := request.Body
	changes, err := clientChanges(&body.Name, &body.Permissions, body.AccountNumbers, body.IpNetworks, body.RateLimit, body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	client, err := s.auth.AdminCreateClient(ctx, scopeOf(ctx).caller, auth.ClientSettings{
		Name: body.Name, Permissions: *changes.Permissions, Accounts: value(changes.Accounts), Networks: value(changes.Networks),
		RateLimit: value(changes.RateLimit), ExpiresAt: value(changes.ExpiresAt),
	})
	if err != nil {
		return nil, err
	}
	return api.AdminCreateClient201JSONResponse{
		Body:    serviceClientOf(client),
		Headers: api.AdminCreateClient201ResponseHeaders{Location: s.link("/admin/clients/" + client.ID.String())},
	}, nil
}

// AdminListClients answers GET /admin/clients.
func (s *Server) AdminListClients(ctx context.Context, request api.AdminListClientsRequestObject) (api.AdminListClientsResponseObject, error) {
	page, err := s.auth.AdminListClients(ctx, scopeOf(ctx).caller, value(request.Params.Limit), value(request.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.AdminListClients200JSONResponse{
		Body:    api.ServiceClientPage{Data: each(page.Clients, serviceClientOf), NextCursor: nilIfZero(page.NextCursor)},
		Headers: api.AdminListClients200ResponseHeaders{Link: s.nextLink(ctx, page.NextCursor, request.Params.Limit)},
	}, nil
}

// AdminGetClient answers GET /admin/clients/{id}.
func (s *Server) AdminGetClient(ctx context.Context, request api.AdminGetClientRequestObject) (api.AdminGetClientResponseObject, error) {
	client, err := s.auth.AdminGetClient(ctx, scopeOf(ctx).caller, request.Id)
	if err != nil {
		return nil, err
	}
	return api.AdminGetClient200JSONResponse(serviceClientOf(client)), nil
}

// AdminChangeClient answers PATCH /admin/clients/{id}.
func (s *Server) AdminChangeClient(ctx context.Context, request api.AdminChangeClientRequestObject) (api.AdminChangeClientResponseObject, error) {
	body := request.Body
	changes, err := clientChanges(body.Name, body.Permissions, body.AccountNumbers, body.IpNetworks, body.RateLimit, body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	if scopeOf(ctx).sendsNull("expires_at") {
		changes.ExpiresAt = &time.Time{}
	}
	client, err := s.auth.AdminChangeClient(ctx, scopeOf(ctx).caller, request.Id, changes)
	if err != nil {
		return nil, err
	}
	return api.AdminChangeClient200JSONResponse(serviceClientOf(client)), nil
}

// AdminRevokeClient answers DELETE /admin/clients/{id}.
func (s *Server) AdminRevokeClient(ctx context.Context, request api.AdminRevokeClientRequestObject) (api.AdminRevokeClientResponseObject, error) {
	if err := s.auth.AdminRevokeClient(ctx, scopeOf(ctx).caller, request.Id); err != nil {
		return nil, err
	}
	return api.AdminRevokeClient204Response{}, nil
}

// AdminCreateClientKey answers POST /admin/clients/{id}/keys.
func (s *Server) AdminCreateClientKey(ctx context.Context, request api.AdminCreateClientKeyRequestObject) (api.AdminCreateClientKeyResponseObject, error) {
	key, err := s.auth.AdminCreateClientKey(ctx, scopeOf(ctx).caller, request.Id)
	if err != nil {
		return nil, err
	}
	return api.AdminCreateClientKey201JSONResponse{
		Body:    api.NewClientKey{Id: key.ID, Key: key.Text, CreatedAt: ledger.FormatTime(key.CreatedAt)},
		Headers: api.AdminCreateClientKey201ResponseHeaders{CacheControl: pointer("no-store")},
	}, nil
}

// AdminListClientKeys answers GET /admin/clients/{id}/keys.
func (s *Server) AdminListClientKeys(ctx context.Context, request api.AdminListClientKeysRequestObject) (api.AdminListClientKeysResponseObject, error) {
	keys, err := s.auth.AdminListClientKeys(ctx, scopeOf(ctx).caller, request.Id)
	if err != nil {
		return nil, err
	}
	return api.AdminListClientKeys200JSONResponse{Data: each(keys, func(k auth.ClientKey) api.ClientKey {
		return api.ClientKey{Id: k.ID, CreatedAt: ledger.FormatTime(k.CreatedAt), LastUsedAt: timeOrNull(k.LastUsedAt)}
	})}, nil
}

// AdminRevokeClientKey answers DELETE /admin/clients/{id}/keys/{key}.
func (s *Server) AdminRevokeClientKey(ctx context.Context, request api.AdminRevokeClientKeyRequestObject) (api.AdminRevokeClientKeyResponseObject, error) {
	if err := s.auth.AdminRevokeClientKey(ctx, scopeOf(ctx).caller, request.Id, request.Key); err != nil {
		return nil, err
	}
	return api.AdminRevokeClientKey204Response{}, nil
}

// clientChanges reads the settings of a service client that a request has. What the contract cannot check is checked here.
func clientChanges(name *string, permissions *api.ClientPermissions, accounts *api.ClientAccounts, networks *api.ClientNetworks,
	rateLimit *int, expires *string,
) (auth.ClientChanges, error) {
	changes := auth.ClientChanges{Name: name, RateLimit: rateLimit}
	if permissions != nil {
		changes.Permissions = pointer(each(*permissions, func(p api.ClientPermission) auth.Permission { return auth.Permission(p) }))
	}
	if accounts != nil {
		changes.Accounts = &[]ledger.AccountNumber{}
		for i, text := range *accounts {
			number, err := ledger.ParseAccountNumber(text)
			if err != nil {
				return auth.ClientChanges{}, invalidRequest(fieldError(fmt.Sprintf("/account_numbers/%d", i), "is not an account number"))
			}
			*changes.Accounts = append(*changes.Accounts, number)
		}
	}
	if networks != nil {
		changes.Networks = &[]netip.Prefix{}
		for i, text := range *networks {
			network, err := auth.ParseNetwork(text)
			if err != nil {
				return auth.ClientChanges{}, invalidRequest(fieldError(fmt.Sprintf("/ip_networks/%d", i), err.Error()))
			}
			*changes.Networks = append(*changes.Networks, network)
		}
	}
	if expires != nil {
		at, err := timeOf("/expires_at", expires)
		if err != nil {
			return auth.ClientChanges{}, err
		}
		changes.ExpiresAt = &at
	}
	return changes, nil
}

// sendsNull reports whether a member of the body is null, which generated code cannot tell from one that is missing.
func (at *scope) sendsNull(member string) bool {
	var members map[string]json.RawMessage
	err := json.Unmarshal(at.body, &members)
	return err == nil && string(members[member]) == "null"
}

func serviceClientOf(c auth.ServiceClient) api.ServiceClient {
	return api.ServiceClient{
		Id:             c.ID,
		Name:           c.Name,
		Permissions:    each(c.Permissions, func(p auth.Permission) api.ClientPermission { return api.ClientPermission(p) }),
		AccountNumbers: each(c.Accounts, ledger.AccountNumber.String),
		IpNetworks:     each(c.Networks, netip.Prefix.String),
		RateLimit:      c.RateLimit,
		CreatedAt:      ledger.FormatTime(c.CreatedAt),
		ExpiresAt:      timeOrNull(c.ExpiresAt),
		RevokedAt:      timeOrNull(c.RevokedAt),
	}
}

func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return pointer(ledger.FormatTime(t))
}
