package processes

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseStatus(t *testing.T) {
	const numbers = " S 7 2 3 4 5 6 7 8 9 10 100 20 30 4 20 0 1 0 12345"
	for _, name := range []string{"(postgres)", "(a b)", "(a) (b)", "())"} {
		s, ok := parseStatus([]byte("42 " + name + numbers))
		require.True(t, ok, name)
		require.Equal(t, status{parent: 7, own: 1200 * time.Millisecond, children: 340 * time.Millisecond}, s, name)
	}
	for _, text := range []string{"", "42 (x)", "42 (x) S 7 2 3 4 5 6 7 8 9 10 100 20 30", "42 (x) S p" + numbers[4:], "42 (x)" + strings.Replace(numbers, "100", "x", 1)} {
		_, ok := parseStatus([]byte(text))
		require.False(t, ok, text)
	}
}

// TestTimes: a family's time includes children that run and children that have ended, and the process itself.
func TestTimes(t *testing.T) {
	own := os.Getpid()
	began, known := Time(own)
	require.True(t, known)
	for now := began; now == began; now, _ = Time(own) { // reading it takes time too
	}
	child := exec.Command("sh", "-c", "while true; do :; done")
	require.NoError(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() })
	const much = 100 * time.Millisecond
	for spent := time.Duration(0); spent < much; {
		spent, known = Time(child.Process.Pid)
		require.True(t, known)
	}
	require.Equal(t, own, Parent(child.Process.Pid))
	require.Equal(t, "sh", Name(child.Process.Pid))
	require.Equal(t, "sh -c while true; do :; done", Title(child.Process.Pid))
	more := func() time.Duration {
		alone, _ := Time(own)
		family, known := FamilyTime(own)
		require.True(t, known)
		return family - alone
	}
	require.GreaterOrEqual(t, more(), much)
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
	require.GreaterOrEqual(t, more(), much)

	_, known = Time(child.Process.Pid)
	require.False(t, known)
	_, known = FamilyTime(0)
	require.False(t, known)
	require.Zero(t, Parent(0))
	require.Empty(t, Name(0)+Title(0))
}

func TestListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.Equal(t, os.Getpid(), Listener("http://127.0.0.1:"+port))
	require.Equal(t, os.Getpid(), Listener("https://localhost:"+port+"/"))
	for _, elsewhere := range []string{"http://192.0.2.1:" + port, "http://bank.example:" + port, "http://127.0.0.1", "http://127.0.0.1:1", "://"} {
		require.Zero(t, Listener(elsewhere), elsewhere)
	}
	second, err := net.Listen("tcp", "127.0.0.2:"+port)
	require.NoError(t, err)
	require.Zero(t, Listener("http://127.0.0.1:"+port), "two sockets listen there")
	require.NoError(t, second.Close())
	require.NoError(t, listener.Close())
	require.NotEqual(t, os.Getpid(), Listener("http://127.0.0.1:"+port), "another program may listen there by now")
}
