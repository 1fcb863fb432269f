package bankcoretest

import (
	"bytes"
	"sync"
)

// Transcript is what a process has written so far.
type Transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed at the next write
}

// NewTranscript returns an empty transcript.
func NewTranscript() *Transcript { return &Transcript{grown: make(chan struct{})} }

// Write adds to the transcript.
func (o *Transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.grown)
	o.grown = make(chan struct{})
	return o.text.Write(p)
}

func (o *Transcript) read() (text string, grown <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.grown
}

// String returns what was written.
func (o *Transcript) String() string {
	text, _ := o.read()
	return text
}
