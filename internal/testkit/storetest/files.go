package storetest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// RequireFiles checks that a folder holds these files and no others.
func RequireFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	require.ElementsMatch(t, want, names)
}
