package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// marker is a part of every secret in these tests; no message may contain it.
const (
	marker     = "hunter2"
	goodSecret = marker + "-Vk8dQz3mXw7pLr5tNc2yBh6gJf4sTa9e"
)

// TestWeakSecretsStopNothingElse: a server with them leaves nothing behind, and a database can be read whatever they are.
func TestWeakSecretsStopNothingElse(t *testing.T) {
	t.Parallel()
	weak := strings.Repeat("0123456789", 4)
	keys := []string{"SECRET_KEY=" + weak, "PIN_PEPPER=" + weak}
	folder := t.TempDir()
	refused := bankcoretest.Start(t, folder, keys, "serve")
	require.Equal(t, 1, refused.Exit())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)

	environ, _ := database(t)
	require.Equal(t, 0, command(t, append(environ, keys...), "", "verify").Code)
}

// TestSecretsOfTheFileAreHeldToTheSameRules as those of the environment, even where one is in each.
func TestSecretsOfTheFileAreHeldToTheSameRules(t *testing.T) {
	t.Parallel()
	for says, stored := range map[string]string{
		"ADMIN_KEY: expected a secret that is hard to guess": "ADMIN_KEY=" + strings.Repeat("k", 40),
		"ADMIN_KEY: expected a secret of its own":            "ADMIN_KEY=" + goodSecret,
	} {
		environ, path := database(t)
		environ = append(environ, "SECRET_KEY="+goodSecret)
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "secrets.env"), []byte(stored+"\n"), 0o600))
		o := command(t, environ, bankcoretest.PIN, "account", "create", "--name=Ada")
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, says)
		require.NotContains(t, o.Err, "kkk")
		o = command(t, append(environ, "ADDR=127.0.0.1:0", "OPS_ADDR=off"), "", "serve")
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, says)
	}
}
