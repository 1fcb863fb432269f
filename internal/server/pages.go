package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/oasdiff/yaml"
	echoSwagger "github.com/swaggo/echo-swagger"
	swaggerFiles "github.com/swaggo/files/v2"

	"github.com/bankingcore/bankcore/internal/api"
)

// pagePolicy lets a page of ours load what we serve, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const policyHeader = "Content-Security-Policy"

// pages routes what the contract does not describe: the dashboard, Swagger UI, the contract itself, the explanations of
// problems, and what operators look at.
func (s *Server) pages(e *echo.Echo, files fs.FS) error {
	contract, err := contractAt(s.base)
	if err != nil {
		return fmt.Errorf("read the contract: %w", err)
	}
	asYAML, err := yaml.JSONToYAML(contract)
	if err != nil {
		return fmt.Errorf("encode the contract: %w", err)
	}
	e.GET("/openapi.json", blob(echo.MIMEApplicationJSON, contract))
	e.GET("/openapi.yaml", blob("application/yaml", asYAML))
	e.GET("/", redirect(s.link("/app/")))
	e.GET("/app", redirect(s.link("/app/")))
	if err := s.dashboard(e, files); err != nil {
		return err
	}
	if err := s.swagger(e); err != nil {
		return err
	}
	e.GET("/metrics", s.operatorsOnly(echo.WrapHandler(s.metrics.handler())))
	if s.debug {
		profiles(e, s.operatorsOnly)
	}
	return problemPages(e, files)
}

// contractAt is the contract as JSON, which says where the API begins on its host.
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

func blob(media string, content []byte) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Blob(http.StatusOK, media, content) }
}

func redirect(to string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Redirect(http.StatusFound, to) }
}

func isFile(files fs.FS, name string) bool {
	found, err := fs.Stat(files, name)
	return err == nil && !found.IsDir()
}

var inlined = regexp.MustCompile(`(?s)<(script|style)>(.*?)</(?:script|style)>`)

// swagger serves Swagger UI on our contract. Its page has a script and a style inline, which are let through by their
// hashes, for this page alone.
func (s *Server) swagger(e *echo.Echo) error {
	serve := echoSwagger.EchoWrapHandler(func(config *echoSwagger.Config) {
		config.URLs = []string{"../openapi.json"} // wherever a proxy puts both
		config.PersistAuthorization = false       // it would keep tokens in the browser's storage
	})
	page, err := swaggerPage(e, serve)
	if err != nil {
		return err
	}
	policy := swaggerPolicy(page)
	e.GET("/swagger", redirect(s.link("/swagger/index.html")))
	e.GET("/swagger/", redirect(s.link("/swagger/index.html")))
	e.GET("/swagger/*", func(c echo.Context) error {
		name := c.Param("*")
		if name != "index.html" && !isFile(swaggerFiles.FS, name) {
			return echo.ErrNotFound
		}
		header := c.Response().Header()
		header.Set(policyHeader, policy)
		header.Set("Cache-Control", "no-cache")
		if name == "index.html" {
			return c.HTMLBlob(http.StatusOK, page)
		}
		return serve(c)
	})
	return nil
}

// swaggerPage renders the page once. Its icons are hidden by a style attribute, which no hash can let through.
func swaggerPage(e *echo.Echo, serve echo.HandlerFunc) ([]byte, error) {
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/swagger/index.html", http.NoBody)
	recorder := httptest.NewRecorder()
	if err := serve(e.NewContext(request, recorder)); err != nil {
		return nil, fmt.Errorf("render Swagger UI: %w", err)
	}
	return bytes.ReplaceAll(recorder.Body.Bytes(),
		[]byte(`style="position:absolute;width:0;height:0"`), []byte(`width="0" height="0" display="none"`)), nil
}

// swaggerLogo is the style that Swagger UI's script puts into its logo.
const swaggerLogo = `<style>.logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}</style>`

// swaggerPolicy lets through what the page has inline.
func swaggerPolicy(page []byte) string {
	hashes := map[string][]string{}
	for _, found := range inlined.FindAllSubmatch(slices.Concat(page, []byte(swaggerLogo)), -1) {
		sum := sha256.Sum256(found[2])
		element := string(found[1])
		hashes[element] = append(hashes[element], "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	policy := pagePolicy
	for element, allowed := range hashes {
		directive := element + "-src 'self'"
		policy = strings.Replace(policy, directive, directive+" "+strings.Join(allowed, " "), 1)
	}
	return policy
}

// problemPages serves the page that each problem's "type" points to.
func problemPages(e *echo.Echo, files fs.FS) error {
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
		}); err != nil {
			return err
		}
		c.Response().Header().Set(policyHeader, pagePolicy)
		return c.HTMLBlob(http.StatusOK, text.Bytes())
	})
	return nil
}

// operatorsOnly lets in who has the admin key, and who calls from this machine without a proxy in between: the numbers
// tell what customers do.
func (s *Server) operatorsOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		if key := request.Header.Get(adminKeyHeader); key != "" {
			if _, err := s.bank.CheckAdminKey(s.scope(c).caller, key); err != nil {
				return err
			}
			return next(c)
		}
		if !fromThisMachine(request) {
			return &problem{code: "forbidden", detail: "This is only for this machine itself, and for holders of the admin key."}
		}
		return next(c)
	}
}

// fromThisMachine tells whether a request comes from this machine and for it, and not through a proxy here or by a page
// from elsewhere in a browser here.
func fromThisMachine(request *http.Request) bool {
	for name := range request.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || name == "Forwarded" || name == "X-Real-Ip" || name == "Via" {
			return false
		}
	}
	host := request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	local := host == "localhost" || (err == nil && address.IsLoopback())
	return local && peerAddress(request).IsLoopback()
}

// profiles serves runtime profiles (DEBUG).
func profiles(e *echo.Echo, guard echo.MiddlewareFunc) {
	group := e.Group("/debug/pprof", guard)
	group.GET("/cmdline", echo.WrapHandler(http.HandlerFunc(pprof.Cmdline)))
	group.GET("/profile", echo.WrapHandler(http.HandlerFunc(pprof.Profile)))
	group.GET("/symbol", echo.WrapHandler(http.HandlerFunc(pprof.Symbol)))
	group.GET("/trace", echo.WrapHandler(http.HandlerFunc(pprof.Trace)))
	group.GET("/*", echo.WrapHandler(http.HandlerFunc(pprof.Index)))
}
