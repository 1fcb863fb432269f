package nettest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/nettest"
)

const (
	echoAt     = "NETWORK_ECHO_AT"      // tells the process started by newEcho where to listen
	toBeKilled = "NETWORK_TO_BE_KILLED" // marks the process started by TestHostEndsWithAKilledProcess
)

func TestMain(m *testing.M) {
	if address := os.Getenv(echoAt); address != "" {
		echo(address)
	}
	os.Exit(m.Run())
}

// echo serves connections for ever.
func echo(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	fmt.Println("listening")
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go func() { _, _ = io.Copy(conn, conn) }()
	}
}

// newEcho starts an echo server on a host.
func newEcho(t *testing.T, host *nettest.Host) (process *exec.Cmd, address string) {
	t.Helper()
	address = net.JoinHostPort(host.Address(), "7")
	process = exec.Command(os.Args[0])
	process.Env = append(os.Environ(), echoAt+"="+address)
	output, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start(process))
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	_, err = io.ReadFull(output, make([]byte, len("listening\n")))
	require.NoError(t, err)
	return process, address
}

// newHost returns nil without the rights to make a host, for instance in a container without privileges.
func newHost(t *testing.T) *nettest.Host {
	t.Helper()
	host, err := nettest.NewHost(t)
	if errors.Is(err, os.ErrPermission) {
		t.Logf("no cable is cut here: %v", err)
		return nil
	}
	require.NoError(t, err)
	return host
}

func TestCutIsSilentAndMends(t *testing.T) {
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			host := newHost(t)
			if host == nil {
				return
			}
			process, address := newEcho(t, host)
			conn := dial(t, address)
			require.Equal(t, "before", exchange(t, conn, "before"))

			host.Cut(t)
			say(t, conn, "during")
			requireSilence(t, conn)
			_, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
			require.True(t, os.IsTimeout(err), err)
			host.Mend(t)
			require.Equal(t, "during", hear(t, conn, len("during")))
			require.Equal(t, "after", exchange(t, dial(t, address), "after"))

			host.Cut(t)
			require.NoError(t, process.Process.Kill())
			_ = process.Wait()
			say(t, conn, "to nobody")
			requireSilence(t, conn) // the end of the connection is lost in the cable too
			host.Mend(t)
			_, err = conn.Read(make([]byte, 1))
			require.Error(t, err)
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
		})
	}
}

func TestHostEndsWithItsTest(t *testing.T) {
	var gateway string
	t.Run("", func(t *testing.T) {
		if host := newHost(t); host != nil {
			gateway = host.Gateway()
			require.True(t, hasAddress(t, gateway))
		}
	})
	require.False(t, hasAddress(t, gateway))
}

func TestHostEndsWithAKilledProcess(t *testing.T) {
	if os.Getenv(toBeKilled) != "" {
		if host := newHost(t); host != nil {
			fmt.Println(host.Gateway())
		} else {
			fmt.Println("none")
		}
		select {}
	}
	process := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	process.Env = append(os.Environ(), toBeKilled+"=yes")
	output, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	gateway := strings.TrimSpace(line)
	require.Equal(t, gateway != "none", hasAddress(t, gateway))
	require.NoError(t, process.Process.Kill())
	_ = process.Wait()
	require.Eventually(t, func() bool { return !hasAddress(t, gateway) }, time.Minute, 10*time.Millisecond)
}

func hasAddress(t *testing.T, text string) bool {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	return slices.ContainsFunc(addresses, func(a net.Addr) bool { return strings.HasPrefix(a.String(), text+"/") })
}
