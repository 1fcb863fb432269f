package pgtest_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// toBeKilled marks the process that TestServersEndWithAKilledProcess starts.
const toBeKilled = "PGTEST_TO_BE_KILLED"

func TestServersEndWithAKilledProcess(t *testing.T) {
	if os.Getenv(toBeKilled) != "" {
		fmt.Println(pgtest.Start(t).Address())
		select {}
	}
	t.Parallel()
	temporary, err := os.MkdirTemp("", "") // the servers' user cannot enter t.TempDir's parent
	require.NoError(t, err)
	require.NoError(t, os.Chmod(temporary, 0o777))
	defer func() { require.NoError(t, os.Remove(temporary)) }()
	process := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	process.Env = append(os.Environ(), toBeKilled+"=yes", "TMPDIR="+temporary)
	output, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	address := strings.TrimSpace(line)
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, conn.Close())

	require.NoError(t, process.Process.Kill())
	_ = process.Wait()
	require.Eventually(t, func() bool {
		left, err := filepath.Glob(filepath.Join(temporary, "*"))
		return err == nil && len(left) == 0
	}, time.Minute, 10*time.Millisecond)
	_, err = net.Dial("tcp", address)
	require.Error(t, err)
}
