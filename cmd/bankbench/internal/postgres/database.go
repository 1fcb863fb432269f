package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database is a throwaway database.
type Database struct {
	Name string

	server *Server
}

// live holds the databases that exist. The lock is held while one is created or dropped.
var live struct {
	sync.Mutex
	databases []*Database
}

// Create creates an empty database, which must be dropped. An interruption does not keep it from finishing: half done, it would leave
// a database behind.
func (s *Server) Create(ctx context.Context) (*Database, error) {
	live.Lock()
	defer live.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	d := &Database{Name: "bankbench_" + hex.EncodeToString(random[:]), server: s}
	if err := s.execute(ctx, "CREATE DATABASE "+d.Name+" TEMPLATE template0"); err != nil {
		return nil, fmt.Errorf("create a database: %w", err)
	}
	live.databases = append(live.databases, d)
	return d, nil
}

// Drop drops the database, even while something is connected to it.
func (d *Database) Drop() error {
	live.Lock()
	defer live.Unlock()
	return d.drop()
}

// dropTries bounds how often a database is dropped again while PostgreSQL vacuums it.
const dropTries = 100

func (d *Database) drop() error {
	for try := 1; ; try++ {
		err := d.server.execute(context.Background(), "DROP DATABASE IF EXISTS "+d.Name+" WITH (FORCE)")
		var refusal *pgconn.PgError
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &refusal) || refusal.Code != pgerrcode.InsufficientPrivilege || try == dropTries:
			return fmt.Errorf("drop the database %s: %w", d.Name, err)
		}
		time.Sleep(100 * time.Millisecond) // FORCE may end the connections of any role but those of autovacuum, which ends by itself
	}
}

// DropAll drops every database that Create has made. Call it only before the process exits: from then on, Create and Drop wait forever.
func DropAll() error {
	live.Lock()
	var failures []error
	for _, d := range live.databases {
		failures = append(failures, d.drop())
	}
	return errors.Join(failures...)
}

// Vacuum does what the server would do sooner or later, so that it does not do it during a run: it counts the rows for the planner.
func (d *Database) Vacuum(ctx context.Context) error {
	config := d.server.config.Copy()
	config.Database = d.Name
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return errors.Join(err, conn.Close(ctx))
}

// URL returns the database's URL, with everything else as in the server's.
func (d *Database) URL() string {
	u := *d.server.url
	u.Path, u.RawPath = "/"+d.Name, ""
	query := u.Query()
	query.Del("dbname") // it would override the path
	u.RawQuery = query.Encode()
	return u.String()
}

// Environ returns the environment with which PostgreSQL's programs connect to the database. Their command lines, which other users can
// see, then need no password.
func (d *Database) Environ() []string {
	c := d.server.config
	environ := []string{
		"PGHOST=" + c.Host, "PGPORT=" + strconv.Itoa(int(c.Port)), "PGUSER=" + c.User, "PGPASSWORD=" + c.Password, "PGDATABASE=" + d.Name,
	}
	query := d.server.url.Query()
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if query.Has(name) {
			environ = append(environ, "PG"+strings.ToUpper(name)+"="+query.Get(name))
		}
	}
	return environ
}
