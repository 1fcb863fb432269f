package storetest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMarkedTestsAreChosen(t *testing.T) {
	t.Chdir(t.TempDir())
	none, err := marked("Concurrent")
	require.NoError(t, err)
	require.Equal(t, "^()$", none)
	require.NoError(t, os.WriteFile("some_test.go", []byte(`package some
func TestAlone(t *testing.T) { other.Concurrent(t); Concurrent(t) }
func TestMeeting(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
}
func TestAbove(t *testing.T) { storetest.OneEngine(t) }
func TestCrossing(t *testing.T) { storetest.Concurrent(t) }
`), 0o600))
	for mark, want := range map[string]string{"Concurrent": "^(TestMeeting|TestCrossing)$", "OneEngine": "^(TestAbove)$"} {
		chosen, err := marked(mark)
		require.NoError(t, err)
		require.Equal(t, want, chosen)
	}
}
