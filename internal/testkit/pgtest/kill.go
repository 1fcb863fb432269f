package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Kill kills all processes of the server at once with SIGKILL, and returns when they are gone: the server cannot start again while one
// of them still has its memory.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	postmaster := s.process.Process.Pid
	require.NoError(tb, syscall.Kill(postmaster, syscall.SIGSTOP)) // it starts no more processes
	children, err := childrenOf(postmaster)
	require.NoError(tb, err)
	for _, pid := range append(children, postmaster) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			require.NoError(tb, err)
		}
	}
	<-s.ended
	for _, pid := range children {
		require.Eventually(tb, func() bool {
			state, _, err := status(pid)
			return err != nil || state == "Z" // a zombie has no memory; reaping it is up to the machine's init
		}, patience, time.Millisecond)
	}
}

func childrenOf(parent int) ([]int, error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var children []int
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			return nil, err
		}
		if _, its, err := status(pid); err == nil && its == strconv.Itoa(parent) { // on an error, it has ended meanwhile
			children = append(children, pid)
		}
	}
	return children, nil
}

// status returns the state and the parent of a process from its stat file: "123 (name) S 1 ...".
func status(pid int) (state, parent string, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", "", err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 {
		return "", "", fmt.Errorf("process %d: %s", pid, stat)
	}
	return fields[0], fields[1], nil
}

// Restart restarts the server at the same address and on the same data. If it is running, it is shut down first, which closes its
// connections.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, s.stop(syscall.SIGINT))
	require.NoError(tb, s.start())
}

// stop stops the server and waits for its end. SIGINT is a fast shutdown, SIGQUIT an immediate one.
func (s *Server) stop(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.ended
	return nil
}

// remove stops the server and removes everything it leaves behind.
func (s *Server) remove() error {
	return errors.Join(s.stop(syscall.SIGQUIT), s.releaseMemory(), os.RemoveAll(s.data), os.RemoveAll(s.data+".log"))
}

// releaseMemory removes the shared memory of a killed server. Its key and id are in the 7th line of the lock file, and its owner may
// remove it.
func (s *Server) releaseMemory() error {
	content, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	lines := strings.Split(string(content), "\n")
	if err != nil || len(lines) < 7 {
		return err
	}
	memory := strings.Fields(lines[6])
	if len(memory) != 2 {
		return nil
	}
	output, err := s.command("ipcrm", "-m", memory[1]).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ipcrm: %w: %s", err, output)
	}
	return nil
}
