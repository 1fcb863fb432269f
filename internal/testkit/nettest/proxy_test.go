package nettest_test

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/nettest"
)

// moment is how long nothing may happen. A slow machine cannot make a test fail because of it.
const moment = 200 * time.Millisecond

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, time.Minute)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

func say(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	_, err := io.WriteString(conn, text)
	require.NoError(t, err)
}

func hear(t *testing.T, conn net.Conn, length int) string {
	t.Helper()
	text := make([]byte, length)
	_, err := io.ReadFull(conn, text)
	require.NoError(t, err)
	return string(text)
}

func exchange(t *testing.T, conn net.Conn, text string) string {
	t.Helper()
	say(t, conn, text)
	return hear(t, conn, len(text))
}

// requireSilence requires that nothing arrives, not even the end of the connection.
func requireSilence(t *testing.T, conn net.Conn) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(moment)))
	_, err := conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
}

// requireEnd requires that the connection ends before any more data arrives.
func requireEnd(t *testing.T, conn net.Conn) {
	t.Helper()
	n, err := conn.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Zero(t, n)
}

// server starts an echo server that sends everything it has heard to heard when a connection ends.
func server(t *testing.T) (address string, heard <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	texts := make(chan string, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, texts)
		}
	}()
	return listener.Addr().String(), texts
}

func answer(conn net.Conn, texts chan<- string) {
	defer func() { _ = conn.Close() }()
	text, buffer := "", make([]byte, 1024)
	for {
		n, err := conn.Read(buffer)
		text += string(buffer[:n])
		_, _ = conn.Write(buffer[:n])
		if err != nil {
			texts <- text
			return
		}
	}
}

func TestProxyForwards(t *testing.T) {
	address, heard := server(t)
	conn := dial(t, nettest.NewProxy(t, address).Address())
	require.Equal(t, "one", exchange(t, conn, "one"))
	require.Equal(t, "two", exchange(t, conn, "two"))
	require.NoError(t, conn.Close())
	require.Equal(t, "onetwo", <-heard)
}

func TestProxyDropsAll(t *testing.T) {
	address, heard := server(t)
	proxy := nettest.NewProxy(t, address)
	first, second := dial(t, proxy.Address()), dial(t, proxy.Address())
	exchange(t, first, "first")
	exchange(t, second, "second")
	require.Equal(t, 2, proxy.Drop())
	requireEnd(t, first)
	requireEnd(t, second)
	require.ElementsMatch(t, []string{"first", "second"}, []string{<-heard, <-heard})
	require.Equal(t, "anew", exchange(t, dial(t, proxy.Address()), "anew"))
}

func TestProxyDropsAtRandom(t *testing.T) {
	address, _ := server(t)
	proxy := nettest.NewProxy(t, address)
	stop := proxy.DropAtRandom(time.Millisecond)
	for range 5 {
		requireEnd(t, dial(t, proxy.Address()))
	}
	require.GreaterOrEqual(t, stop(), 5)
	require.Equal(t, "quiet", exchange(t, dial(t, proxy.Address()), "quiet"))
}

func TestProxyDropsAfterBytes(t *testing.T) {
	for name, test := range map[string]struct {
		bytes int
		heard string
	}{
		"none of them":         {0, "before"},
		"in the middle":        {4, "beforeforw"},
		"in the second text":   {9, "beforeforwardag"},
		"at the end of a text": {7, "beforeforward"},
	} {
		t.Run(name, func(t *testing.T) {
			address, heard := server(t)
			proxy := nettest.NewProxy(t, address)
			other, conn := dial(t, proxy.Address()), dial(t, proxy.Address())
			exchange(t, conn, "before")
			struck := proxy.DropAfter(test.bytes)
			say(t, conn, "forward")
			if test.bytes > len("forward") {
				require.Equal(t, "forward", hear(t, conn, len("forward")))
				say(t, conn, "again")
			}
			<-struck
			require.Equal(t, test.heard, <-heard)
			require.Equal(t, "unharmed", exchange(t, other, "unharmed"))
		})
	}
}

func TestProxyLosesReply(t *testing.T) {
	for name, text := range map[string]string{"to a text": "commit", "to anything": ""} {
		t.Run(name, func(t *testing.T) {
			address, heard := server(t)
			proxy := nettest.NewProxy(t, address)
			other, conn := dial(t, proxy.Address()), dial(t, proxy.Address())
			exchange(t, conn, "commit before;")
			struck := proxy.LoseReply(text)
			if text != "" {
				require.Equal(t, "something else", exchange(t, other, "something else"))
			}
			say(t, conn, "now commit;")
			<-struck
			requireEnd(t, conn)
			require.Equal(t, "commit before;now commit;", <-heard)
			require.Equal(t, "commit, unharmed", exchange(t, other, "commit, unharmed"))
		})
	}
}

func TestProxyHoldsAndReleases(t *testing.T) {
	address, _ := server(t)
	proxy := nettest.NewProxy(t, address)
	conn := dial(t, proxy.Address())
	exchange(t, conn, "before")
	proxy.Hold()
	say(t, conn, "held")
	requireSilence(t, conn)
	late := dial(t, proxy.Address())
	say(t, late, "late")
	requireSilence(t, late)
	proxy.Release()
	require.Equal(t, "held", hear(t, conn, 4))
	require.Equal(t, "late", hear(t, late, 4))

	proxy.Hold()
	say(t, conn, "never")
	proxy.Drop()
	requireEnd(t, conn)
}

func TestProxyIsLedToAnotherServer(t *testing.T) {
	first, _ := server(t)
	second, heard := server(t)
	proxy := nettest.NewProxy(t, first)
	old := dial(t, proxy.Address())
	exchange(t, old, "old")
	proxy.Target(second)
	conn := dial(t, proxy.Address())
	exchange(t, conn, "new")
	require.NoError(t, conn.Close())
	require.Equal(t, "new", <-heard)
	require.Equal(t, "old still", exchange(t, old, "old still"))
}
