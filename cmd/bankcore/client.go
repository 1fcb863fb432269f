package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
)

func (p *program) clientCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "client",
		Short: "Create, list and revoke service clients, and make their keys",
		Long: `Create, list and revoke service clients: programs that use the bank with keys and permissions of their own, in
the database that DATABASE_URL names, even while a server runs on it.
The audit events record every change with the actor "operator".`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(p.clientCreateCommand(), p.clientListCommand(), p.clientKeyCommand(), p.clientRevokeCommand())
	return command
}

// clientFlags are the settings of a new client as they are typed.
type clientFlags struct {
	settings    auth.ClientSettings
	permissions []string
	accounts    []string
	networks    []string
	expires     days
}

func (f *clientFlags) read(now time.Time) (auth.ClientSettings, error) {
	s := f.settings
	if s.Name == "" || len(f.permissions) == 0 {
		return s, usageError{errors.New("--name and --permission are required; see bankcore client create --help")}
	}
	for _, text := range f.permissions {
		s.Permissions = append(s.Permissions, auth.Permission(text))
	}
	for _, text := range f.accounts {
		number, err := parseNumber(text)
		if err != nil {
			return s, err
		}
		s.Accounts = append(s.Accounts, number)
	}
	for _, text := range f.networks {
		network, err := auth.ParseNetwork(text)
		if err != nil {
			return s, usageError{fmt.Errorf("--network %q: %w", text, err)}
		}
		s.Networks = append(s.Networks, network)
	}
	if f.expires != 0 {
		s.ExpiresAt = now.Add(time.Duration(f.expires))
	}
	return s, nil
}

func (p *program) clientCreateCommand() *cobra.Command {
	var flags clientFlags
	command := &cobra.Command{
		Use:   "create --name NAME --permission PERMISSION",
		Short: "Create a service client",
		Long: `Create a service client and print its id. It has no keys yet: see bankcore client key.

Permissions: ` + clientPermissionList() + `.

Give a client no more than it needs. Without --account it reaches every account, without --network it may call from
every network, and without --expires it works until it is revoked.`,
		Example: "  bankcore client create --name \"Card processor\" --permission accounts:open,deposits:write --network 203.0.113.0/24\n" +
			"  bankcore client create --name Payroll --permission transfers:write --account 481207359144 --expires 90d",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := flags.read(time.Now())
			if err != nil {
				return err
			}
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				client, err := a.AdminCreateClient(cmd.Context(), operator, settings)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(p.stdout, client.ID)
				return err
			})
		},
	}
	command.Flags().StringVar(&flags.settings.Name, "name", "", "what the client is called in lists")
	command.Flags().StringSliceVar(&flags.permissions, "permission", nil, "a permission; can be repeated")
	command.Flags().StringSliceVar(&flags.accounts, "account", nil, "the only account that it reaches; can be repeated")
	command.Flags().StringSliceVar(&flags.networks, "network", nil, "the only network that it may call from; can be repeated")
	command.Flags().IntVar(&flags.settings.RateLimit, "rate-limit", 0, fmt.Sprintf("requests a minute of each key (default %d)", auth.DefaultClientRateLimit))
	command.Flags().Var(&flags.expires, "expires", "how long its keys work, such as 12h or 90d; for ever if left out")
	return command
}

// clientPermissionList wraps the permissions for a terminal.
func clientPermissionList() string {
	var text strings.Builder
	for i, permission := range auth.ClientPermissions() {
		switch {
		case i > 0 && i%5 == 0:
			text.WriteString(",\n")
		case i > 0:
			text.WriteString(", ")
		}
		text.WriteString(string(permission))
	}
	return text.String()
}

func (p *program) clientListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List service clients and their keys",
		Long: `List service clients, newest first, with their permissions and what restricts them. Below each are the ids of its
keys and when each was last used, to about a minute.`,
		Example: "  bankcore client list",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAuth(cmd.Context(), func(a *auth.Service) error { return p.listClients(cmd.Context(), a, time.Now()) })
		},
	}
}

func (p *program) listClients(ctx context.Context, a *auth.Service, now time.Time) error {
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := a.AdminListClients(ctx, operator, 0, cursor)
		if err != nil {
			return err
		}
		for i := range page.Clients {
			if err := p.printClient(ctx, a, &page.Clients[i], now); err != nil {
				return err
			}
		}
		cursor = page.NextCursor
	}
	return nil
}

func (p *program) printClient(ctx context.Context, a *auth.Service, c *auth.ServiceClient, now time.Time) error {
	keys, err := a.AdminListClientKeys(ctx, operator, c.ID)
	if err != nil {
		return err
	}
	line := []string{c.ID.String(), c.Name, clientState(c, now), words(c.Permissions, func(p auth.Permission) string { return string(p) })}
	if len(c.Accounts) > 0 {
		line = append(line, fmt.Sprintf("accounts: %d", len(c.Accounts)))
	}
	if len(c.Networks) > 0 {
		line = append(line, "from "+words(c.Networks, netip.Prefix.String))
	}
	fmt.Fprintln(p.stdout, strings.Join(line, "  "))
	for _, key := range keys {
		used := "never used"
		if !key.LastUsedAt.IsZero() {
			used = "last used " + key.LastUsedAt.Format(time.DateTime) + " UTC"
		}
		fmt.Fprintf(p.stdout, "    %s  made %s UTC  %s\n", key.ID, key.CreatedAt.Format(time.DateTime), used)
	}
	return nil
}

func clientState(c *auth.ServiceClient, now time.Time) string {
	switch {
	case !c.RevokedAt.IsZero():
		return "revoked"
	case c.ExpiresAt.IsZero():
		return "active"
	case now.Before(c.ExpiresAt):
		return "active until " + c.ExpiresAt.Format(time.DateTime) + " UTC"
	}
	return "expired"
}

func words[T any](list []T, text func(T) string) string {
	var all []string
	for _, item := range list {
		all = append(all, text(item))
	}
	return strings.Join(all, ",")
}

func (p *program) clientKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "key CLIENT",
		Short: "Make a key for a service client",
		Long: `Make a key for a service client and print it. The bank stores only a hash of it, so it is never shown again.

The program sends it as "Authorization: Bearer bc_live_...". A client has two keys at most. To replace one without a
stop, make the second one, let the program use it, and then run bankcore client revoke CLIENT KEY for the first.`,
		Example: "  bankcore client key 019aa8c0-1f3c-7000-8000-5f60718293a4",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseClient(args[0])
			if err != nil {
				return err
			}
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				key, err := a.AdminCreateClientKey(cmd.Context(), operator, id)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(p.stdout, key.Text)
				return err
			})
		},
	}
}

func (p *program) clientRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke CLIENT [KEY]",
		Short: "Revoke a service client, or one of its keys",
		Long: `Revoke a service client with all of its keys, for ever, or only the key with the given id of 8 characters. Every
server refuses it from the next request on.`,
		Example: "  bankcore client revoke 019aa8c0-1f3c-7000-8000-5f60718293a4\n  bankcore client revoke 019aa8c0-1f3c-7000-8000-5f60718293a4 7k3mq9tx",
		Args:    usage(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseClient(args[0])
			if err != nil {
				return err
			}
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				if len(args) == 2 {
					return a.AdminRevokeClientKey(cmd.Context(), operator, id, args[1])
				}
				return a.AdminRevokeClient(cmd.Context(), operator, id)
			})
		},
	}
}

func parseClient(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.UUID{}, usageError{errors.New("the client's id is not a UUID; see bankcore client list")}
	}
	return id, nil
}
