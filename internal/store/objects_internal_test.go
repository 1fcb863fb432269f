package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNormalised: everything that a database acts on stays, and comments and spaces cannot hide any of it.
func TestNormalised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"CREATE  TABLE a (\n\tb -- of c\n)": "CREATE TABLE a ( b )", "a/* x\n */b": "a b", " a ": "a",
		"'--  x' \"a  b\"  [--  c]": "'--  x' \"a  b\" [--  c]", "'it''s  --' -- x": "'it''s  --'", "`--  x` y": "`--  x` y",
		"a /* b": "a /* b", "a - - b": "a - - b", "'open -- x": "'open",
	} {
		require.Equal(t, want, normalised(text), text)
	}
}
