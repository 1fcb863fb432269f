package store

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoConnectionTrustsASchema: a view may call a function with side effects; reading it is then refused.
func TestNoConnectionTrustsASchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "doctored.db")
	const creating = "mode=rwc&" + writerOptions
	for _, options := range []string{creating, beside + readerOptions, atRest} {
		pool, err := openSQLite(path, options)
		require.NoError(t, err)
		if options == creating {
			_, err = pool.Exec(`CREATE VIEW doctored AS SELECT load_extension('thief')`)
			require.NoError(t, err)
		}
		require.NoError(t, checkPragmas(context.Background(), pool, map[string]string{"trusted_schema": "0", "cell_size_check": "1"}))
		_, err = pool.Exec(`SELECT * FROM doctored`)
		require.ErrorContains(t, err, "unsafe use of load_extension()")
		require.NoError(t, pool.Close())
	}
}
