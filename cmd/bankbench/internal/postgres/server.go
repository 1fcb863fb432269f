// Package postgres makes throwaway databases in a PostgreSQL server, for a bank under load and for what it is compared with.
package postgres

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/processes"
)

// patience bounds what is done although the run was interrupted.
const patience = time.Minute

// Server is a PostgreSQL server in which a role may create databases.
type Server struct {
	url    *url.URL
	config *pgx.ConnConfig
}

// Parse parses the URL of any database of a server. It does not connect to it.
func Parse(text string) (*Server, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("expected the URL of a database on one PostgreSQL server") // the error would quote the password
	}
	// pool_max_conns is the bank's, and PostgreSQL refuses it as a setting.
	plain := *u
	query := plain.Query()
	query.Del("pool_max_conns")
	plain.RawQuery = query.Encode()
	config, err := pgx.ParseConfig(plain.String())
	if err != nil {
		return nil, errors.New("not a URL of PostgreSQL")
	}
	return &Server{url: u, config: config}, nil
}

// connect opens a connection, and names the server if that fails.
func (s *Server) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		// pgx gives each address and each way of encryption a line.
		return nil, errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	return conn, nil
}

// Settings describes the server's version and durability, such as "15.14 with fsync=on, synchronous_commit=on".
func (s *Server) Settings(ctx context.Context) (string, error) {
	conn, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var text string
	err = conn.QueryRow(ctx, `SELECT split_part(current_setting('server_version'), ' ', 1) || ' with fsync=' || current_setting('fsync')
		|| ', synchronous_commit=' || current_setting('synchronous_commit')`).Scan(&text)
	return text, err
}

// Postmaster returns the server's first process, whose children are all others, or 0 if the server is on another machine or hidden from
// this process.
func (s *Server) Postmaster(ctx context.Context) int {
	conn, err := s.connect(ctx)
	if err != nil {
		return 0
	}
	defer func() { _ = conn.Close(ctx) }()
	var own int
	var database string
	if err := conn.QueryRow(ctx, "SELECT pg_backend_pid(), current_database()").Scan(&own, &database); err != nil {
		return 0
	}
	// On another machine, or in a container, this number is some other process's.
	if title := processes.Title(own); !strings.HasPrefix(title, "postgres: ") || !strings.Contains(title, " "+database+" ") {
		return 0
	}
	return processes.Parent(own)
}

// execute executes a statement that an interruption does not stop.
func (s *Server) execute(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
