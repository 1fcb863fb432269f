package nettest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Host is a network namespace, connected to this one by a cable. It exists as long as its file is open or a process is in it, and its
// cable goes with it: nothing is left when the tests are killed.
type Host struct {
	namespace *os.File
	link      string // the near end of the cable; the far end is called inner
	number    int
}

const inner = "cable"

// NewHost makes a host. It needs root (otherwise the error is os.ErrPermission) and iproute2.
func NewHost(tb testing.TB) (*Host, error) {
	tb.Helper()
	namespace, err := newNamespace()
	if err != nil {
		return nil, err
	}
	h := &Host{namespace: namespace}
	tb.Cleanup(func() { _ = namespace.Close() })
	if err := h.plug(); err != nil {
		return nil, err
	}
	tb.Cleanup(func() { _ = ip("link", "delete", h.link).Run() })
	return h, errors.Join(
		run(ip("address", "add", h.Gateway()+"/30", "dev", h.link)), run(ip("link", "set", h.link, "up")),
		h.run(ip("address", "add", h.Address()+"/30", "dev", inner)), h.run(ip("link", "set", inner, "up")),
		h.run(ip("link", "set", "lo", "up")), h.join(ends{h.mac(1), h.mac(2)}))
}

// newNamespace makes the namespace in a thread that then ends, because a thread may fail to return to its own namespace.
func newNamespace() (*os.File, error) {
	var namespace *os.File
	err := inThread(func() error {
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			namespace, err = os.Open("/proc/thread-self/ns/net")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot make a network namespace: %w", err)
	}
	return namespace, nil
}

func inThread(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked, so the thread ends with the goroutine
		done <- do()
	}()
	return <-done
}

// plug makes the cable. Its name contains the host's number, and names are unique, so parallel tests get different addresses.
func (h *Host) plug() error {
	var err error
	for range 20 {
		h.number = rand.IntN(1 << 15)
		h.link = fmt.Sprintf("bankcore%d", h.number)
		err = run(ip("link", "add", h.link, "address", h.mac(1), "type", "veth", "peer", "name", inner, "address", h.mac(2),
			"netns", fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), h.namespace.Fd())))
		if err == nil || !strings.Contains(err.Error(), "File exists") {
			return err
		}
	}
	return err
}

// Address returns the host's address. RFC 2544 reserves the range for tests.
func (h *Host) Address() string { return h.address(2) }

// Gateway returns the address of this side, as the host sees it.
func (h *Host) Gateway() string { return h.address(1) }

func (h *Host) address(end int) string {
	return fmt.Sprintf("198.%d.%d.%d", 18+h.number>>14, h.number>>6&0xff, h.number<<2&0xff+end)
}

func (h *Host) mac(end int) string {
	return fmt.Sprintf("02:00:00:%02x:%02x:%02x", h.number>>8, h.number&0xff, end)
}

// Start starts a process on the host. A process runs in the namespace of the thread that starts it.
func (h *Host) Start(command *exec.Cmd) error {
	return inThread(func() error {
		if err := unix.Setns(int(h.namespace.Fd()), unix.CLONE_NEWNET); err != nil {
			return err
		}
		return command.Start()
	})
}

// Cut silently drops every packet in the cable, in both directions.
func (h *Host) Cut(tb testing.TB) {
	tb.Helper()
	if err := h.join(ends{h.mac(0), h.mac(0)}); err != nil {
		tb.Fatal(err)
	}
}

// Mend ends a cut. Whatever was sent in the meantime arrives when it is sent again.
func (h *Host) Mend(tb testing.TB) {
	tb.Helper()
	if err := h.join(ends{h.mac(1), h.mac(2)}); err != nil {
		tb.Fatal(err)
	}
}

// ends holds the hardware addresses that each side believes the other one to have.
type ends struct{ here, there string }

// join tells each end the other one's hardware address. With an address that no host has, packets are sent and never received. A link that
// is down, a firewall that drops packets, or a failed address lookup would be reported to the sender.
func (h *Host) join(macs ends) error {
	return errors.Join(run(ip(neighbour(h.Address(), macs.there, h.link)...)), h.run(ip(neighbour(h.Gateway(), macs.here, inner)...)))
}

func neighbour(address, mac, link string) []string {
	return []string{"neighbour", "replace", address, "lladdr", mac, "dev", link, "nud", "permanent"}
}

func ip(args ...string) *exec.Cmd { return exec.Command("ip", args...) }

func run(command *exec.Cmd) error { return finish(command, command.Start) }

func (h *Host) run(command *exec.Cmd) error {
	return finish(command, func() error { return h.Start(command) })
}

func finish(command *exec.Cmd, start func() error) error {
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	err := start()
	if err == nil {
		err = command.Wait()
	}
	if err != nil {
		return fmt.Errorf("%v: %w: %s", command.Args, err, output.String())
	}
	return nil
}
