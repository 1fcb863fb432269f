package server

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/oasdiff/yaml"

	"github.com/bankingcore/bankcore/internal/api"
)

// pagePolicy lets our pages load what we serve, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const policyHeader = "Content-Security-Policy"

// pages adds the routes that are not in the contract: the dashboard, Swagger UI, the contract itself, the explanations of problems,
// and the security contact.
func (s *Server) pages(e *echo.Echo, files fs.FS) error {
	contract, err := contractAt(s.base)
	if err != nil {
		return fmt.Errorf("read the contract: %w", err)
	}
	asYAML := sync.OnceValues(func() ([]byte, error) { return yaml.JSONToYAML(contract) })
	e.GET("/openapi.json", func(c echo.Context) error { return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, contract) })
	e.GET("/openapi.yaml", func(c echo.Context) error {
		content, err := asYAML()
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "application/yaml", content)
	})
	e.GET("/", redirect(s.link("/app/")))
	e.GET("/app", redirect(s.link("/app/")))
	if err := s.dashboard(e, files); err != nil {
		return err
	}
	if s.swagger {
		if err := s.serveSwagger(e, files); err != nil {
			return err
		}
	}
	if s.securityContact != "" {
		e.GET("/.well-known/security.txt", s.securityTxt(s.securityContact))
	}
	return s.problemPages(e, files)
}

// contractAt returns the contract as JSON, with the API's base path on its host.
func contractAt(base string) ([]byte, error) {
	if base == "" {
		return api.GetSpecJSON()
	}
	spec, err := api.GetSpec()
	if err != nil {
		return nil, err
	}
	spec.Servers[0].URL = base
	return spec.MarshalJSON()
}

func redirect(to string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Redirect(http.StatusFound, to) }
}

// Documentation returns the path of the documentation for people.
func (s *Server) Documentation() string {
	if s.swagger {
		return "/swagger/index.html"
	}
	return "/openapi.yaml"
}

// problemPages serves the page that each problem's "type" points to.
func (s *Server) problemPages(e *echo.Echo, files fs.FS) error {
	page, err := template.ParseFS(files, "problems/page.html")
	if err != nil {
		return fmt.Errorf("parse the problems' page: %w", err)
	}
	e.GET("/problems/:code", func(c echo.Context) error {
		code := api.ProblemCode(c.Param("code"))
		about, known := kinds[code]
		if !known {
			return echo.ErrNotFound
		}
		var text bytes.Buffer
		if err := page.Execute(&text, map[string]any{
			"Code": code, "Status": about.status, "Title": about.title, "Advice": about.advice,
			"Documentation": s.Documentation(),
		}); err != nil {
			return err
		}
		c.Response().Header().Set(policyHeader, pagePolicy)
		return c.HTMLBlob(http.StatusOK, text.Bytes())
	})
	return nil
}

// securityTxtLifetime is how long an answer is valid; RFC 9116 recommends less than a year.
const securityTxtLifetime = 180 * 24 * time.Hour

// securityTxt tells people who find a vulnerability where to report it (RFC 9116). The contact is valid for as long as the operator
// serves it, so each answer's expiry is counted from its own day.
func (s *Server) securityTxt(contact string) echo.HandlerFunc {
	return func(c echo.Context) error {
		expires := s.now().UTC().Truncate(24 * time.Hour).Add(securityTxtLifetime)
		return c.String(http.StatusOK, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: en\n",
			contact, expires.Format(time.RFC3339)))
	}
}
