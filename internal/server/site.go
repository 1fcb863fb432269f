package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/labstack/echo/v4"
	echoSwagger "github.com/swaggo/echo-swagger"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/site"
)

// newSite returns the pages of this bank.
func (s *Server) newSite(config *Config) (*site.Site, error) {
	problems := map[api.ProblemCode]site.Problem{}
	for code, about := range kinds {
		problems[code] = site.Problem{Status: about.status, Title: about.title, Advice: about.advice}
	}
	settings := site.Config{
		Files: config.Pages, Base: s.base, Now: s.now, Problems: problems,
		Zone: s.bank.Zone().String(), Openings: string(s.auth.Openings()), Cash: string(s.auth.Cash()), Settlements: s.bank.Settlements(),
		SecurityContact: config.SecurityContact,
	}
	if config.Swagger {
		var err error
		if settings.SwaggerPage, err = swaggerPage(); err != nil {
			return nil, err
		}
	}
	return site.New(settings)
}

// mount adds the routes that are not in the contract.
func mount(e *echo.Echo, pages *site.Site) {
	for _, route := range pages.Routes() {
		e.GET(route.Path, func(c echo.Context) error {
			err := route.Serve(c.Response(), c.Request(), strings.Join(c.ParamValues(), ""))
			if errors.Is(err, fs.ErrNotExist) {
				return echo.ErrNotFound
			}
			return err
		})
	}
}

// Documentation returns the path of the documentation for people.
func (s *Server) Documentation() string { return s.site.Documentation() }

// swaggerPage renders echo-swagger's page. We serve its files ourselves, because echo-swagger ships an older version of them. Its icons are
// hidden by a style attribute, which no hash can allow, so it is replaced.
func swaggerPage() ([]byte, error) {
	render := echoSwagger.EchoWrapHandler(func(config *echoSwagger.Config) {
		config.URLs = []string{"../openapi.json"} // relative, so that it works under any base path
		config.PersistAuthorization = false       // it would keep tokens in the browser's storage
	})
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/swagger/index.html", http.NoBody)
	recorder := httptest.NewRecorder()
	if err := render(echo.New().NewContext(request, recorder)); err != nil {
		return nil, fmt.Errorf("render Swagger UI: %w", err)
	}
	return bytes.ReplaceAll(recorder.Body.Bytes(),
		[]byte(`style="position:absolute;width:0;height:0"`), []byte(`width="0" height="0" display="none"`)), nil
}
