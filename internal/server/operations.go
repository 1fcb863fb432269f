package server

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
)

// readyTimeout bounds how long the database may take to answer.
const readyTimeout = 2 * time.Second

// Health answers GET /healthz.
func (s *Server) Health(context.Context, api.HealthRequestObject) (api.HealthResponseObject, error) {
	return api.Health200JSONResponse{Status: api.Ok}, nil
}

// Ready answers GET /readyz.
func (s *Server) Ready(ctx context.Context, _ api.ReadyRequestObject) (api.ReadyResponseObject, error) {
	if s.draining.Load() {
		scopeOf(ctx).header.Set(echo.HeaderConnection, "close") // closeWhenDraining may have run a moment too early
		return nil, &problem{code: "unavailable", detail: "The server is about to stop.", retryAfter: "5"}
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := s.ready(ctx); err != nil {
		return nil, &problem{code: "unavailable", detail: "The database does not answer.", retryAfter: "5", cause: err}
	}
	return api.Ready200JSONResponse{Status: api.Ok}, nil
}

// Version answers GET /version.
func (s *Server) Version(context.Context, api.VersionRequestObject) (api.VersionResponseObject, error) {
	return api.Version200JSONResponse(s.version), nil
}

func versionOf(program, contract string) api.Version {
	return api.Version{Version: program, ApiVersion: contract}
}
