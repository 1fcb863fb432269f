package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oasdiff/yaml"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/connections"
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// These tests keep true what Dockerfile, compose.yaml, deploy/ and docs/operations.md say about the program.

// longestStop is how long a server may take to stop: its drain delay, and internal/server's drainTimeout.
const longestStop = drainDelay + 25*time.Second

// notOurs lists the variables in deployment files that other programs read.
var notOurs = []string{
	"GOMEMLIMIT", "TMPDIR", "PRIMARY", "SERVER", "PGDATA", "PGPASSWORD", "POSTGRES_PASSWORD", "POSTGRES_PRIMARY", "POSTGRES_INITDB_ARGS",
	"REPLICATION_PASSWORD", "DATABASE_PASSWORD", "MIGRATE_PASSWORD", "RENEWED_LINEAGE",
}

// requireConfig expects that a server would start with these variables.
func requireConfig(t *testing.T, variables map[string]string) config.Config {
	t.Helper()
	environ := []string{}
	for name, value := range variables {
		if !slices.Contains(notOurs, name) {
			require.True(t, config.Known(name), name)
			environ = append(environ, name+"="+value)
		}
	}
	cfg, err := config.Parse(environ, "")
	require.NoError(t, err)
	return cfg
}

type composeFile struct {
	Services map[string]struct {
		Environment     map[string]string
		Volumes         []string
		StopGracePeriod string `json:"stop_grace_period"`
	}
}

// TestCompose: its nodes would start, agree on their secrets, and have time to stop; the files that it mounts exist.
func TestCompose(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`\$\{(\w+):\?[^}]*\}`).ReplaceAllString(bankcoretest.File(t, "compose.yaml"), "$1-"+goodSecret)
	var compose composeFile
	_, err := yaml.Unmarshal([]byte(text), &compose, yaml.DecodeOpts{})
	require.NoError(t, err)

	one := compose.Services["node1"]
	require.Equal(t, one, compose.Services["node2"])
	cfg := requireConfig(t, one.Environment)
	require.True(t, cfg.DatabaseURL.IsPostgres())
	for name, value := range map[string]config.Secret{"SECRET_KEY": cfg.SecretKey, "ADMIN_KEY": cfg.AdminKey, "PIN_PEPPER": cfg.PINPepper} {
		require.Equal(t, name+"-"+goodSecret, string(value))
	}
	require.Empty(t, cfg.MigrateDatabaseURL, "a node does not own the tables")
	migrating := requireConfig(t, compose.Services["migrate"].Environment)
	require.Equal(t, cfg.DatabaseURL, migrating.DatabaseURL)
	require.Contains(t, string(migrating.MigrateDatabaseURL), "//bankcore_owner:MIGRATE_PASSWORD-"+goodSecret+"@")
	require.Contains(t, bankcoretest.File(t, "deploy/postgres/init.sql"), "CREATE DATABASE bankcore OWNER bankcore_owner;")
	require.Equal(t, "METRICS_TOKEN-"+goodSecret, string(cfg.MetricsToken))
	require.Equal(t, map[string]string{"METRICS_TOKEN": string(cfg.MetricsToken)}, compose.Services["prometheus"].Environment, "and nothing else")
	_, port, err := net.SplitHostPort(cfg.OpsAddr)
	require.NoError(t, err)
	prometheus := bankcoretest.File(t, "deploy/prometheus.yml")
	require.Contains(t, prometheus, `targets: ["node1:`+port+`", "node2:`+port+`"]`)
	require.Contains(t, prometheus, "{credentials_file: /dev/shm/metrics_token}")
	grace, err := time.ParseDuration(one.StopGracePeriod)
	require.NoError(t, err)
	require.Greater(t, grace, longestStop)

	mounted := 0
	for _, service := range compose.Services {
		for _, volume := range service.Volumes {
			if path, _, _ := strings.Cut(volume, ":"); strings.HasPrefix(path, "./") {
				require.FileExists(t, filepath.Join("..", "..", path))
				mounted++
			}
		}
	}
	require.Positive(t, mounted)
}

// TestHAProxyBoundsConnectionsAsAServerDoes: the proxy's bounds are a server's defaults.
func TestHAProxyBoundsConnectionsAsAServerDoes(t *testing.T) {
	t.Parallel()
	proxy := bankcoretest.File(t, "deploy/haproxy.cfg")
	bound := int(requireConfig(t, nil).MaxConnectionsPerAddress)
	for counter, expected := range map[string]int{"sc0": bound, "sc1": bound * connections.NetworkConnections} {
		require.Contains(t, proxy, fmt.Sprintf("\n  tcp-request connection reject if { %s_conn_cur gt %d }\n", counter, expected))
	}
}

// TestUnit: the service would start as it is, and has time to stop.
func TestUnit(t *testing.T) {
	t.Parallel()
	unit := bankcoretest.File(t, "deploy/bankcore.service")
	variables := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^Environment=(.*)$`).FindAllStringSubmatch(unit, -1) {
		for entry := range strings.FieldsSeq(line[1]) {
			name, value, _ := strings.Cut(entry, "=")
			variables[name] = value
		}
	}
	cfg := requireConfig(t, variables)
	path, isSQLite := cfg.DatabaseURL.SQLitePath()
	require.True(t, isSQLite)
	require.Contains(t, unit, "\nWorkingDirectory="+filepath.Dir(path)+"\n")
	require.Contains(t, unit, "\nStateDirectory="+filepath.Base(filepath.Dir(path))+"\n", "which systemd makes in /var/lib")

	stop := regexp.MustCompile(`(?m)^TimeoutStopSec=(.*)$`).FindStringSubmatch(unit)
	require.NotNil(t, stop)
	timeout, err := time.ParseDuration(stop[1])
	require.NoError(t, err)
	require.Greater(t, timeout, longestStop)
}

// TestOperationsNames: every variable and every file of ours that the operator's documents name exists.
func TestOperationsNames(t *testing.T) {
	t.Parallel()
	variable := regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
	path := regexp.MustCompile(`\bdeploy/[\w./-]*\w`)
	files := []string{"Dockerfile", "compose.yaml", "docs/operations.md"}
	for _, pattern := range []string{"../../deploy/*", "../../deploy/*/*"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range found {
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && filepath.Ext(file) != ".env" {
				files = append(files, strings.TrimPrefix(file, "../../"))
			}
		}
	}
	require.Greater(t, len(files), 8)
	for _, file := range files {
		text := bankcoretest.File(t, file)
		for _, name := range variable.FindAllString(text, -1) {
			// Of systemd, of PostgreSQL, and of Go's builds.
			foreign := strings.HasPrefix(name, "AF_") || slices.Contains([]string{"CGO_ENABLED", "GO_IMAGE", "PG_VERSION"}, name)
			require.True(t, foreign || config.Known(name) || slices.Contains(notOurs, name), "%s in %s", name, file)
		}
		for _, name := range path.FindAllString(text, -1) {
			if filepath.Ext(name) != ".env" { // which the operator makes
				require.FileExists(t, filepath.Join("..", "..", name), "named in %s", file)
			}
		}
	}
}
