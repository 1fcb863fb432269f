package pgtest

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

const (
	superuser   = "postgres"
	maintenance = "postgres" // exists on every server; for statements about other databases

	// Owner is the role that owns the databases, and that URLs are for. It is not a superuser.
	Owner = "bankcore"
	// ServerRole is a role that owns nothing, like a server's.
	ServerRole = "bankcore_server"

	// patience bounds every wait for something that must happen.
	patience = time.Minute
)

// Server is a PostgreSQL server with data of its own.
type Server struct {
	*installation
	host    Host
	data    string
	port    int
	process *exec.Cmd
	ended   chan struct{} // closed when the process has ended
}

// Start starts a server for one test, as durable as in production, with one empty database, "bankcore". It ends with the test. Settings
// are the server's, such as "max_connections=20".
func Start(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	return StartOn(tb, here{}, settings...)
}

// StartOn is like Start, on a host and at its address.
func StartOn(tb testing.TB, host Host, settings ...string) *Server {
	tb.Helper()
	i, err := installed()
	require.NoError(tb, err)
	server, err := i.newServer(host, i.folder, settings...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, server.remove()) })
	return server
}

// Host is another place to run a server, such as a nettest.Host.
type Host interface {
	Start(process *exec.Cmd) error
	Address() string
}

// here is the machine that the tests run on.
type here struct{}

func (here) Start(process *exec.Cmd) error { return process.Start() }
func (here) Address() string               { return "127.0.0.1" }

// newServer creates a server with its data in a folder, and starts it.
func (i *installation) newServer(host Host, folder string, settings ...string) (*Server, error) {
	s, err := i.empty(host, folder)
	if err != nil {
		return nil, err
	}
	err = s.run("initdb", "-D", s.data, "--no-sync", "--encoding=UTF8", "--locale=C",
		"--username="+superuser, "--auth=scram-sha-256", "--pwfile="+s.passwordFile())
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.configure(settings), s.startAnywhere()); err != nil {
		return nil, err
	}
	for _, statement := range []string{
		"CREATE ROLE " + Owner + " LOGIN PASSWORD " + quote(verifier(s.password)),
		"CREATE ROLE " + ServerRole + " LOGIN PASSWORD " + quote(verifier(s.password)),
		"CREATE DATABASE bankcore OWNER " + Owner,
	} {
		if err := s.exec(maintenance, statement); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// empty returns a server without data.
func (i *installation) empty(host Host, folder string) (*Server, error) {
	data, err := os.MkdirTemp(folder, "server-")
	if err != nil {
		return nil, err
	}
	return &Server{installation: i, host: host, data: data}, i.own(data)
}

// clients lets clients connect from every address that can reach the server, given the password.
const clients = "host all " + roles + "host replication " + roles
const roles = superuser + "," + Owner + "," + ServerRole + " 0.0.0.0/0 scram-sha-256\n"

// configure writes the access rules, and appends to the server's settings; the last of each name applies. There is no socket but TCP,
// because a socket's path must be short. Shared memory is in files beside the data, because a killed server leaves it behind.
func (s *Server) configure(settings []string) error {
	if err := os.WriteFile(filepath.Join(s.data, "pg_hba.conf"), []byte(clients), 0o600); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(s.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	own := []string{"listen_addresses=" + s.host.Address(), "unix_socket_directories=", "dynamic_shared_memory_type=mmap"}
	for _, setting := range append(own, settings...) {
		name, value, _ := strings.Cut(setting, "=")
		if _, err := fmt.Fprintf(file, "%s = %s\n", name, quote(value)); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return file.Close()
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// startAnywhere starts the server at a free port, and tries another one if that was taken in the meantime.
func (s *Server) startAnywhere() error {
	for try := 0; ; try++ {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
		err = s.start()
		if err == nil || try == 10 || !strings.Contains(err.Error(), "could not create any TCP/IP sockets") {
			return err
		}
	}
}

// freePort returns a port below the ephemeral ones, so that no connection takes it while a server is down.
func freePort() (int, error) {
	const lowest, beyond = 10000, 32768
	for {
		offset, err := rand.Int(rand.Reader, big.NewInt(beyond-lowest))
		if err != nil {
			return 0, err
		}
		port := lowest + int(offset.Int64())
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return 0, err
		}
	}
}

// start starts the process and waits until it answers.
func (s *Server) start() error {
	log, err := os.Create(s.data + ".log")
	if err != nil {
		return err
	}
	process := s.command(filepath.Join(s.programs, "postgres"), "-D", s.data, "-p", strconv.Itoa(s.port))
	process.Stdout, process.Stderr = log, log
	if err := errors.Join(s.host.Start(process), log.Close()); err != nil {
		return err
	}
	ended := make(chan struct{})
	s.process, s.ended = process, ended
	go func() {
		_ = process.Wait()
		close(ended)
	}()
	return s.answers()
}

func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url(superuser, maintenance))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.ended:
			return fmt.Errorf("PostgreSQL ended while starting: %s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, s.log())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *Server) log() string {
	text, err := os.ReadFile(s.data + ".log")
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4096):])
}

// Address returns the server's host and port.
func (s *Server) Address() string { return net.JoinHostPort(s.host.Address(), strconv.Itoa(s.port)) }

// URL returns the URL of a database for its owner. With other servers, it also lists their addresses, in this order.
func (s *Server) URL(database string, others ...*Server) string {
	return s.url(Owner, database, others...)
}

func (s *Server) url(role, database string, others ...*Server) string {
	addresses := s.Address()
	for _, other := range others {
		addresses += "," + other.Address()
	}
	// url.URL cannot hold a list of hosts.
	return "postgres://" + url.UserPassword(role, s.password).String() + "@" + addresses + "/" + database + "?sslmode=disable"
}

// AsServer returns the URL of a database for a server, which does not own it.
func AsServer(url string) string {
	return strings.Replace(url, "//"+Owner+":", "//"+ServerRole+":", 1)
}

// Exec executes SQL as a superuser.
func (s *Server) Exec(tb testing.TB, database, sql string) {
	tb.Helper()
	require.NoError(tb, s.exec(database, sql))
}

func (s *Server) exec(database, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url(superuser, database))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// Query returns the single value of a query, run as a superuser.
func (s *Server) Query(tb testing.TB, database, sql string) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url(superuser, database))
	require.NoError(tb, err)
	defer func() { _ = conn.Close(ctx) }()
	var answer any
	require.NoError(tb, conn.QueryRow(ctx, sql).Scan(&answer))
	return fmt.Sprint(answer)
}

// verifier returns what PostgreSQL stores for a password, with a single iteration instead of 4096: a random password needs no more, and
// under the race detector each of them costs a test's connection more than all the rest of it.
func verifier(password string) string {
	salt := []byte("bankcore-pgtest")
	salted, err := pbkdf2.Key(sha256.New, password, salt, 1, sha256.Size)
	if err != nil {
		panic(err) // only for parameters that FIPS 140 forbids
	}
	derived := func(name string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(name))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(derived("Client Key"))
	encoded := base64.StdEncoding.EncodeToString
	return "SCRAM-SHA-256$1:" + encoded(salt) + "$" + encoded(stored[:]) + ":" + encoded(derived("Server Key"))
}

// create creates a copy of a database, with settings of its own. In memory, copying files takes a quarter of the time that writing them
// to the log takes.
func (s *Server) create(tb testing.TB, name, template string, settings []string) {
	tb.Helper()
	s.Exec(tb, maintenance, "CREATE DATABASE "+name+" OWNER "+Owner+" TEMPLATE "+template+" STRATEGY file_copy")
	for _, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		s.Exec(tb, maintenance, "ALTER DATABASE "+name+" SET "+key+" = "+quote(value))
	}
}
