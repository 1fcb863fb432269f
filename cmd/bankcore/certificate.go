package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bankingcore/bankcore/internal/config"
)

// certificateInterval is how often a handshake checks whether the files have been replaced.
const certificateInterval = time.Second

// certificate holds what the two files hold, now and after a renewal. A pair that does not match, for instance because it is
// still being written, leaves the previous one in force.
type certificate struct {
	certFile, keyFile string
	logger            *slog.Logger
	current           atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // held while the files are read
	checked time.Time
	seen    [sha256.Size]byte // of what was read last, good or not
}

func newCertificate(cfg config.Config, logger *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: cfg.TLSCertFile, keyFile: cfg.TLSKeyFile, logger: logger, checked: time.Now()}
	if _, err := c.read(); err != nil {
		return nil, fmt.Errorf("TLS_CERT_FILE, TLS_KEY_FILE: %w", err)
	}
	return c, nil
}

// get implements tls.Config.GetCertificate. One handshake a second looks at the files; the others do not wait for it.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if c.mu.TryLock() {
		defer c.mu.Unlock()
		if time.Since(c.checked) >= certificateInterval {
			c.refresh()
		}
	}
	return c.current.Load(), nil
}

func (c *certificate) reload() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refresh()
}

// refresh reads the files and logs every change once.
func (c *certificate) refresh() {
	c.checked = time.Now()
	changed, err := c.read()
	switch {
	case err != nil && changed:
		c.logger.Error("cannot load the certificate; the previous one is still served", "error", err)
	case changed:
		c.logger.Info("a renewed certificate is served", "not_after", c.current.Load().Leaf.NotAfter)
	}
}

// read adopts the files if they are a pair, and reports whether they have changed.
func (c *certificate) read() (changed bool, err error) {
	chain, err := os.ReadFile(c.certFile)
	key, keyErr := os.ReadFile(c.keyFile)
	if err == nil {
		err = keyErr
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %v", len(chain), chain, key, err))
	changed = sum != c.seen
	c.seen = sum
	if err != nil || !changed {
		return changed, err
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return true, err
	}
	c.current.Store(&pair)
	return true, nil
}

// reloadAtHangups reopens the log file and reloads the certificate at each SIGHUP. Without TLS, tlsPair is nil.
func reloadAtHangups(ctx context.Context, hangups <-chan os.Signal, logger *slog.Logger, logFile io.Closer, tlsPair *certificate) {
	for {
		select {
		case <-hangups:
		case <-ctx.Done():
			return
		}
		if err := logFile.Close(); err != nil { // the next line opens it again, or a new one if it was moved
			logger.Warn("cannot close the log file", "error", err)
		}
		if tlsPair != nil {
			tlsPair.reload()
		}
		logger.Info("reloaded after SIGHUP")
	}
}
