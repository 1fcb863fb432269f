// Package site serves what the bank offers besides its API: the dashboard, Swagger UI, the contract itself, the explanations of problems,
// and the security contact.
package site

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/oasdiff/yaml"

	"github.com/bankingcore/bankcore/internal/api"
)

// Config configures a Site.
type Config struct {
	Files    fs.FS  // with the folders "app", "problems" and "swagger"
	Base     string // the bank's path on its host, such as "/bank"; "" at the root
	Now      func() time.Time
	Problems map[api.ProblemCode]Problem

	// The dashboard shows the bank's days in Zone, and offers what the others allow.
	Zone        string
	Openings    string
	Cash        string
	Settlements []string

	SwaggerPage     []byte // the page of Swagger UI; nil turns it off
	SecurityContact string // the URI that /.well-known/security.txt names; if empty, there is no such file
}

// Problem describes all problems of one code.
type Problem struct {
	Status int
	Title  string
	Advice string // what it means, and what to do
}

// Site is what the bank serves besides its API.
type Site struct {
	config    Config
	contract  []byte // as JSON
	yaml      func() ([]byte, error)
	dashboard *dashboard
	swagger   *swagger // nil if it is turned off
	problem   *template.Template
}

// New returns a site. It reads all files at once.
func New(c Config) (*Site, error) {
	contract, err := contractAt(c.Base)
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	s := &Site{config: c, contract: contract}
	s.yaml = sync.OnceValues(func() ([]byte, error) { return yaml.JSONToYAML(contract) })
	if s.dashboard, err = newDashboard(&c); err != nil {
		return nil, err
	}
	if c.SwaggerPage != nil {
		if s.swagger, err = newSwagger(c.Files, c.SwaggerPage); err != nil {
			return nil, err
		}
	}
	if s.problem, err = template.ParseFS(c.Files, "problems/page.html"); err != nil {
		return nil, fmt.Errorf("parse the problems' page: %w", err)
	}
	return s, nil
}

// Route is a path of the site, and what answers a GET of it.
type Route struct {
	Path string // may end in "*", for all paths below, or in a parameter with a colon, for one segment
	// Serve is passed the variable end of the request's path, decoded. If there is nothing of that name, it returns fs.ErrNotExist and
	// writes nothing.
	Serve func(w http.ResponseWriter, r *http.Request, name string) error
}

// Routes returns the site's routes.
func (s *Site) Routes() []Route {
	routes := []Route{
		{"/openapi.json", s.serveContract},
		{"/openapi.yaml", s.serveYAML},
		{"/", redirectTo(s.dashboard.home)},
		{"/app", redirectTo(s.dashboard.home)},
		{"/app/*", s.dashboard.serve},
		{"/problems/:code", s.serveProblem},
	}
	if s.swagger != nil {
		page := redirectTo(s.config.Base + swaggerPath)
		routes = append(routes, Route{"/swagger", page}, Route{"/swagger/", page}, Route{"/swagger/*", s.swagger.serve})
	}
	if s.config.SecurityContact != "" {
		routes = append(routes, Route{"/.well-known/security.txt", s.serveSecurityTxt})
	}
	return routes
}

const swaggerPath = "/swagger/" + indexFile

// Documentation returns the path of the documentation for people.
func (s *Site) Documentation() string {
	if s.swagger != nil {
		return swaggerPath
	}
	return "/openapi.yaml"
}

// pagePolicy lets our pages load what we serve, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const policyHeader = "Content-Security-Policy"

// Media types of pages and plain texts.
const (
	pageMedia = "text/html; charset=UTF-8"
	textMedia = "text/plain; charset=UTF-8"
)

func write(w http.ResponseWriter, media string, content []byte) error {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(content)
	return err
}

// redirect is http.Redirect without a body.
func redirect(w http.ResponseWriter, status int, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}

func redirectTo(path string) func(w http.ResponseWriter, r *http.Request, name string) error {
	return func(w http.ResponseWriter, _ *http.Request, _ string) error {
		redirect(w, http.StatusFound, path)
		return nil
	}
}

func (s *Site) serveContract(w http.ResponseWriter, _ *http.Request, _ string) error {
	return write(w, "application/json", s.contract)
}

func (s *Site) serveYAML(w http.ResponseWriter, _ *http.Request, _ string) error {
	content, err := s.yaml()
	if err != nil {
		return err
	}
	return write(w, "application/yaml", content)
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

// serveProblem serves the page that a problem's "type" points to.
func (s *Site) serveProblem(w http.ResponseWriter, _ *http.Request, name string) error {
	code := api.ProblemCode(name)
	about, known := s.config.Problems[code]
	if !known {
		return fs.ErrNotExist
	}
	var text bytes.Buffer
	if err := s.problem.Execute(&text, map[string]any{
		"Code": code, "Status": about.Status, "Title": about.Title, "Advice": about.Advice, "Documentation": s.Documentation(),
	}); err != nil {
		return err
	}
	w.Header().Set(policyHeader, pagePolicy)
	return write(w, pageMedia, text.Bytes())
}

// securityTxtLifetime is how long an answer is valid; RFC 9116 recommends less than a year.
const securityTxtLifetime = 180 * 24 * time.Hour

// serveSecurityTxt tells people who find a vulnerability where to report it (RFC 9116). The contact is valid for as long as the operator
// serves it, so each answer's expiry is counted from its own day.
func (s *Site) serveSecurityTxt(w http.ResponseWriter, _ *http.Request, _ string) error {
	expires := s.config.Now().UTC().Truncate(24 * time.Hour).Add(securityTxtLifetime)
	return write(w, textMedia, fmt.Appendf(nil, "Contact: %s\nExpires: %s\nPreferred-Languages: en\n",
		s.config.SecurityContact, expires.Format(time.RFC3339)))
}
