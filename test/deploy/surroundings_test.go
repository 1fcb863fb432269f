package deploy

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestServeStartsAmongOthers: with a .env from a Windows editor and with other programs' variables, the server starts, and says
// what it has ignored.
func TestServeStartsAmongOthers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	dotenv := "\ufeff# settings\r\nCURRENCY=\"EUR\"\r\nexport LOG_FORMAT='text'\r\n\r\nRATE_LIMIT_LOGIN=1/1m\r\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".env"), []byte(dotenv), 0o600))
	p := bankcoretest.Serve(t, folder, []string{
		"DEBUG=app:*", "LOG_LEVEL=INFO", "LOG_FORMAT=", "RATE_LIMIT_STORE_PORT=tcp://10.0.0.1:6379", "RATE_LIMIT_REDIS_SERVICE_HOST=10.0.0.1",
		"RATE_LIMIT_REDIS_PORT_6379_TCP_PROTO=tcp", "BANKCORE_PORT=tcp://10.0.0.2:5000", "NODE_ENV=production",
	})
	number := p.Open(bankcoretest.PIN, 1)
	require.Equal(t, 200, p.Login(number, bankcoretest.PIN).Status)
	require.Equal(t, 429, p.Login(number, bankcoretest.PIN).Status, "the line of .env counts")
	require.Equal(t, 404, p.Call("GET", "/debug/pprof/", nil).Status)
	p.Stop()
	require.Equal(t, "EUR", bankcoretest.Ask(t, filepath.Join(folder, "data", "bankcore.db"), `SELECT currency FROM accounts`))
	require.Regexp(t, `(?m)level=WARN msg="DEBUG in the environment .* is ignored"$`, p.Stderr.String())
	require.Contains(t, p.Stderr.String(), `level=WARN msg="unknown variables in the environment are ignored: `+
		`RATE_LIMIT_REDIS_PORT_6379_TCP_PROTO, RATE_LIMIT_REDIS_SERVICE_HOST, RATE_LIMIT_STORE_PORT"`)
	for _, value := range []string{"app:", "10.0.0", "BANKCORE_PORT"} {
		require.NotContains(t, p.Stderr.String(), value, "no value, and nothing that is not ours to judge")
	}
}

// servedCertificate returns the certificate that a new client is shown.
func servedCertificate(p *bankcoretest.Process) []byte {
	p.T.Helper()
	connection, err := tls.Dial("tcp", strings.TrimPrefix(p.URL, "https://"), &tls.Config{InsecureSkipVerify: true})
	require.NoError(p.T, err)
	defer func() { _ = connection.Close() }()
	return connection.ConnectionState().PeerCertificates[0].Raw
}

func certificateIn(t *testing.T, folder string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	_, err = x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return block.Bytes
}

// putFile overwrites the existing file in place, as cp does.
func putFile(t *testing.T, from, to, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(from, name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(to, name), text, 0o600))
}

// TestARenewedCertificateIsServed: its files are replaced under a running server, one after the other, and while they do not match,
// the previous one is served.
func TestARenewedCertificateIsServed(t *testing.T) {
	t.Parallel()
	folder, renewed, again := t.TempDir(), t.TempDir(), t.TempDir()
	for _, place := range []string{folder, renewed, again} {
		selfSigned(t, place)
	}
	first := certificateIn(t, folder)
	p := bankcoretest.Serve(t, folder, []string{"TLS_CERT_FILE=cert.pem", "TLS_KEY_FILE=key.pem"})
	require.Equal(t, first, servedCertificate(p))
	becomes := func(want []byte, why string) {
		t.Helper()
		require.Eventually(t, func() bool { return string(want) == string(servedCertificate(p)) }, bankcoretest.Patience, 50*time.Millisecond, why)
	}

	putFile(t, renewed, folder, "cert.pem")
	require.Eventually(t, func() bool {
		require.Equal(t, first, servedCertificate(p), "half of a pair")
		return strings.Contains(p.Stderr.String(), "the previous one is still served")
	}, bankcoretest.Patience, 50*time.Millisecond)
	putFile(t, renewed, folder, "key.pem")
	becomes(certificateIn(t, renewed), "without a signal")
	p.Await(p.Stderr, regexp.MustCompile(`a renewed certificate is served" not_after=`))
	require.Equal(t, 1, strings.Count(p.Stderr.String(), "level=ERROR"), "told once")

	require.NoError(t, os.Remove(filepath.Join(folder, "key.pem")))
	p.Signal(syscall.SIGHUP)
	p.Await(p.Stderr, regexp.MustCompile(`reloaded after SIGHUP`))
	require.Equal(t, certificateIn(t, renewed), servedCertificate(p))
	require.Equal(t, 2, strings.Count(p.Stderr.String(), "level=ERROR"))

	putFile(t, again, folder, "cert.pem")
	putFile(t, again, folder, "key.pem")
	p.Signal(syscall.SIGHUP)
	becomes(certificateIn(t, again), "after SIGHUP")
	p.Stop()
}

// TestSIGHUPReopensTheLogFile as logrotate expects: it moves the file away and sends the signal.
func TestSIGHUPReopensTheLogFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, []string{"LOG_FILE=bank.log"})
	path, moved := filepath.Join(folder, "bank.log"), filepath.Join(folder, "bank.log.1")
	p.Call("GET", "/healthz", nil, "X-Request-Id", "before")
	require.NoError(t, os.Rename(path, moved))
	p.Call("GET", "/healthz", nil, "X-Request-Id", "meanwhile")
	p.Signal(syscall.SIGHUP)
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(path)
		return strings.Contains(string(text), "reloaded after SIGHUP")
	}, bankcoretest.Patience, 10*time.Millisecond)
	p.Call("GET", "/healthz", nil, "X-Request-Id", "after")
	p.Signal(syscall.SIGHUP) // with nothing moved
	p.Stop()

	old, err := os.ReadFile(moved)
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(old), "request_id=before")
	require.Contains(t, string(old), "request_id=meanwhile", "no line is lost")
	require.Contains(t, string(text), "request_id=after")
	require.NotContains(t, string(text), "request_id=meanwhile")
	require.Contains(t, string(text), "msg=stopped")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Empty(t, p.Stderr.String())
}

// TestSIGHUPDoesNotEndTheServer even if there is nothing to reload, again and again, and while it drains.
func TestSIGHUPDoesNotEndTheServer(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), nil)
	for range 3 {
		p.Signal(syscall.SIGHUP)
		require.Equal(t, 200, p.Call("GET", "/healthz", nil).Status)
	}
	p.Await(p.Stderr, regexp.MustCompile(`reloaded after SIGHUP`))
	p.Client.CloseIdleConnections()
	p.Signal(syscall.SIGTERM)
	require.Eventually(t, func() bool {
		r, err := p.Try("GET", "/readyz", nil)
		return err != nil || r.Status == 503
	}, bankcoretest.Patience, time.Millisecond)
	p.Signal(syscall.SIGHUP)
	require.Equal(t, 0, p.Exit(), p.Stderr)
	require.Contains(t, p.Stderr.String(), "msg=stopped")
}
