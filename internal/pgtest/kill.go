package pgtest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Kill ends the server with SIGKILL, all its processes at once.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	postmaster := s.process.Process.Pid
	require.NoError(tb, syscall.Kill(postmaster, syscall.SIGSTOP)) // it starts no more of them
	children, err := childrenOf(postmaster)
	require.NoError(tb, err)
	for _, pid := range append(children, postmaster) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			require.NoError(tb, err)
		}
	}
	<-s.ended
}

// childrenOf reads the parent of each process from /proc/*/stat: "123 (name) S parent ...".
func childrenOf(parent int) ([]int, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var children []int
	for _, path := range paths {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				return nil, err
			}
			children = append(children, pid)
		}
	}
	return children, nil
}

// Restart starts the server again, at the same address and on the same data. If it runs, it is shut down first, and its
// connections are closed.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, s.stop(syscall.SIGINT))
	require.NoError(tb, s.start())
}

// stop waits for the server's end. SIGINT is a fast shutdown, SIGQUIT an immediate one.
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

// remove ends the server and removes what it leaves.
func (s *Server) remove() error {
	return errors.Join(s.stop(syscall.SIGQUIT), s.releaseMemory(), os.RemoveAll(s.data), os.RemoveAll(s.data+".log"))
}

// releaseMemory removes the shared memory of a server that was killed. Its key and its id are the 7th line of the lock file.
func (s *Server) releaseMemory() error {
	content, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	lines := strings.Split(string(content), "\n")
	if err != nil || len(lines) < 7 {
		return err
	}
	fields := strings.Fields(lines[6])
	if len(fields) != 2 {
		return nil
	}
	id, err := strconv.Atoi(fields[1])
	if err != nil {
		return err
	}
	_, err = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	return err
}
