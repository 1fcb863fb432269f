// Package logging writes a busy server's log at little cost: lines that can wait a moment are written together.
package logging

import (
	"io"
	"sync"
	"time"
)

const (
	// patience is how long a line may wait to be written.
	patience = 100 * time.Millisecond
	// bufferSize is how many bytes may wait.
	bufferSize = 64 << 10
)

// Buffer gathers lines and writes them together: after 100 ms, when 64 KiB are waiting, or when it is flushed. It keeps their order, and
// never splits a line between two writes. It is safe for concurrent use.
type Buffer struct {
	out io.Writer

	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // runs while lines are waiting
	err     error       // of the last write that failed
}

// NewBuffer returns a buffer in front of a writer.
func NewBuffer(out io.Writer) *Buffer {
	b := &Buffer{out: out, waiting: make([]byte, 0, bufferSize)}
	b.timer = time.AfterFunc(patience, func() { _ = b.Flush() })
	b.timer.Stop()
	return b
}

// Write takes one or more whole lines.
func (b *Buffer) Write(lines []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting)+len(lines) > bufferSize {
		b.flush()
	}
	if len(b.waiting) == 0 {
		b.timer.Reset(patience)
	}
	b.waiting = append(b.waiting, lines...)
	return len(lines), nil
}

// Flush writes what is waiting. Its error may be that of an earlier write.
func (b *Buffer) Flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
	err := b.err
	b.err = nil
	return err
}

func (b *Buffer) flush() {
	if len(b.waiting) == 0 {
		return
	}
	b.timer.Stop()
	if _, err := b.out.Write(b.waiting); err != nil {
		b.err = err
	}
	b.waiting = b.waiting[:0]
	if cap(b.waiting) > 2*bufferSize { // after one very long line
		b.waiting = make([]byte, 0, bufferSize)
	}
}
