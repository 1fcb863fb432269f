package store

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

var update = flag.Bool("update", false, "rewrite schema/postgres/objects")

// TestObjectsOfEachVersionAreListed: the committed listings match what the migrations create on PostgreSQL.
func TestObjectsOfEachVersionAreListed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	config, _, err := postgresConfig(pgtest.URL(t))
	require.NoError(t, err)
	pool := plainPool(config)
	defer func() { require.NoError(t, pool.Close()) }()
	provider, err := migrations(pool, goose.DialectPostgres)
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, source := range provider.ListSources() {
		_, err := provider.UpTo(ctx, source.Version)
		require.NoError(t, err)
		objects, err := postgresObjects(ctx, pool)
		require.NoError(t, err)
		path := filepath.Join("..", "..", "schema", listingOf(source.Version))
		listed[filepath.Base(path)] = true
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(listing(objects)), 0o600))
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err, "run: make objects")
		require.Equal(t, string(text), listing(objects), "run: make objects")
	}
	files, err := os.ReadDir(filepath.Join("..", "..", "schema", "postgres", "objects"))
	require.NoError(t, err)
	require.Len(t, files, len(listed))
}

func listing(objects []object) string {
	lines := make([]string, 0, len(objects))
	for _, o := range objects {
		lines = append(lines, strings.Join([]string{o.kind, o.name, o.table, o.definition}, "\t")+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
