package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/server"
)

// serveOps starts the operators' listener. It returns the listener's URL, or "off", for people to read, and stop, which ends it.
func serveOps(ctx context.Context, cfg config.Config, srv *server.Server, logger *slog.Logger) (place string, stop func(), err error) {
	if cfg.OpsAddr == config.OpsOff {
		return config.OpsOff, func() {}, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.OpsAddr)
	if errors.Is(err, syscall.EADDRINUSE) && cfg.OpsAddr == config.DefaultOpsAddr {
		// Two banks on one host must start without a setting. Which of them gets the default address is a matter of chance.
		logger.Warn("metrics are not served: another program listens on the default OPS_ADDR", "address", cfg.OpsAddr)
		return config.OpsOff, func() {}, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("OPS_ADDR: %w", err)
	}
	// The listener outlives ctx: it serves while the bank drains.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The bank keeps running without its metrics. Their absence raises an alert.
		if err := srv.ServeOps(ctx, listener); err != nil {
			logger.Error("the operators' listener has ended", "error", err)
		}
	}()
	return "http://" + listener.Addr().String() + "/metrics", func() { cancel(); <-ended }, nil
}
