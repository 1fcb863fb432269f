package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// selfSigned writes a certificate for 127.0.0.1 and its key to cert.pem and key.pem, and returns a pool that trusts it.
func selfSigned(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: certificate}, "key.pem": {Type: "PRIVATE KEY", Bytes: encoded},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600))
	}
	require.True(t, pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})))
	return pool
}

func TestServeTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pool := selfSigned(t, folder)
	p := bankcoretest.Serve(t, folder, []string{"TLS_CERT_FILE=cert.pem", "TLS_KEY_FILE=key.pem"})
	require.True(t, strings.HasPrefix(p.URL, "https://"))
	p.Client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}

	for _, path := range []string{"/healthz", "/app/", "/swagger/index.html", "/nowhere"} {
		require.Equal(t, "max-age=31536000", p.Call("GET", path, nil).Header.Get("Strict-Transport-Security"), path)
	}
	number := p.Open(bankcoretest.PIN, 1000)
	r := p.Call("POST", "/auth/login", map[string]any{"account_number": number, "pin": bankcoretest.PIN, "session": "cookie"})
	require.Equal(t, 200, r.Status, r.Body)
	require.NotContains(t, r.Body, "refresh_token\"")
	cookie, err := http.ParseSetCookie(r.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(cookie.Name, "__Host-"), cookie.Name)
	require.True(t, cookie.Secure)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.Equal(t, "/", cookie.Path)
	r = p.Call("POST", "/auth/refresh", nil, "Cookie", cookie.Name+"="+cookie.Value)
	require.Equal(t, 200, r.Status, r.Body)

	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}}}
	_, err = old.Get(p.URL + "/healthz") //nolint:bodyclose // there is no answer
	require.ErrorContains(t, err, "protocol version")
	plain := &http.Client{Transport: &http.Transport{}}
	response, err := plain.Get("http" + strings.TrimPrefix(p.URL, "https") + "/healthz")
	if err == nil {
		_ = response.Body.Close()
		require.Equal(t, http.StatusBadRequest, response.StatusCode, "no answer without encryption")
	}
	p.Client.Transport.(*http.Transport).CloseIdleConnections()
	p.Stop()
}
