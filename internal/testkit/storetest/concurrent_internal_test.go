package storetest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMarkedTestsAreChosen(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := concurrent()
	require.ErrorContains(t, err, "no test is marked")
	require.NoError(t, os.WriteFile("some_test.go", []byte(`package some
func TestAlone(t *testing.T) { other.Concurrent(t); Concurrent(t) }
func TestMeeting(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
}
func TestCrossing(t *testing.T) { storetest.Concurrent(t) }
`), 0o600))
	chosen, err := concurrent()
	require.NoError(t, err)
	require.Equal(t, "^(TestMeeting|TestCrossing)$", chosen)
}
