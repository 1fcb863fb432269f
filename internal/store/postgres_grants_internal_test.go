package store

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// uses maps parts of a query to the privileges that they need on the table they name.
var uses = map[string][]string{
	`INSERT INTO (\w+)`: {"INSERT", "SELECT"}, `DELETE FROM (\w+)`: {"DELETE", "SELECT"}, `(?:FROM|JOIN) (\w+)`: {"SELECT"},
	`UPDATE (\w+)`: {"UPDATE", "SELECT"}, `(?s)INSERT INTO (\w+).*DO UPDATE`: {"UPDATE"}, `(?s)FROM (\w+).*\nFOR UPDATE`: {"UPDATE"},
}

// TestAServerMayDoWhatItsQueriesDo and nothing else.
func TestAServerMayDoWhatItsQueriesDo(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "queries", "*.sql"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	arrays, err := filepath.Glob(filepath.Join("..", "..", "queries", "postgres", "*.sql"))
	require.NoError(t, err)
	require.NotEmpty(t, arrays)
	needed := map[string]map[string]bool{"goose_db_version": {"SELECT": true}}
	for _, file := range slices.Concat(files, arrays) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, query := range regexp.MustCompile(`(?m)^-- name: .*$`).Split(string(text), -1) {
			query = regexp.MustCompile(`(?m)--.*$`).ReplaceAllString(query, "")
			for part, privileges := range uses {
				for _, found := range regexp.MustCompile(part).FindAllStringSubmatch(query, -1) {
					if found[1] == strings.ToUpper(found[1]) || found[1] == "chain" {
						continue // a keyword, or the name of a recursive query
					}
					if needed[found[1]] == nil {
						needed[found[1]] = map[string]bool{}
					}
					for _, privilege := range privileges {
						needed[found[1]][privilege] = true
					}
				}
			}
		}
	}
	want := map[string]string{}
	for table, privileges := range needed {
		want[table] = strings.Join(slices.Sorted(maps.Keys(privileges)), ", ")
	}
	require.Equal(t, want, grants)
}
