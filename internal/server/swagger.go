package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	echoSwagger "github.com/swaggo/echo-swagger"
)

// serveSwagger serves Swagger UI for our contract. The page is echo-swagger's; the files that it loads are in the folder "swagger",
// because echo-swagger ships an older version. The page has an inline script and style, which this page's policy allows by their hashes.
func (s *Server) serveSwagger(e *echo.Echo, files fs.FS) error {
	folder, err := fs.Sub(files, "swagger")
	if err != nil {
		return err
	}
	page, err := swaggerPage(e)
	if err != nil {
		return err
	}
	policy := swaggerPolicy(page)
	assets, err := folderAssets(folder)
	if err != nil {
		return fmt.Errorf("load Swagger UI: %w", err)
	}
	e.GET("/swagger", redirect(s.link("/swagger/index.html")))
	e.GET("/swagger/", redirect(s.link("/swagger/index.html")))
	e.GET("/swagger/*", func(c echo.Context) error {
		name, header := c.Param("*"), c.Response().Header()
		if name == indexFile {
			header.Set(policyHeader, policy)
			header.Set("Cache-Control", "no-cache")
			return c.HTMLBlob(http.StatusOK, page)
		}
		found, ok := assets[name]
		if !ok {
			return echo.ErrNotFound
		}
		header.Set(policyHeader, policy)
		header.Set("Cache-Control", "no-cache")
		found.serve(c.Response(), c.Request())
		return nil
	})
	return nil
}

// folderAssets loads the files of a folder.
func folderAssets(folder fs.FS) (map[string]*asset, error) {
	assets := map[string]*asset{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		assets[name], err = newAsset(name, content)
		return err
	})
	return assets, err
}

// swaggerPage renders the page once. Its icons are hidden by a style attribute, which no hash can allow, so it is replaced.
func swaggerPage(e *echo.Echo) ([]byte, error) {
	render := echoSwagger.EchoWrapHandler(func(config *echoSwagger.Config) {
		config.URLs = []string{"../openapi.json"} // relative, so that it works under any base path
		config.PersistAuthorization = false       // it would keep tokens in the browser's storage
	})
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/swagger/index.html", http.NoBody)
	recorder := httptest.NewRecorder()
	if err := render(e.NewContext(request, recorder)); err != nil {
		return nil, fmt.Errorf("render Swagger UI: %w", err)
	}
	return bytes.ReplaceAll(recorder.Body.Bytes(),
		[]byte(`style="position:absolute;width:0;height:0"`), []byte(`width="0" height="0" display="none"`)), nil
}

var inlined = regexp.MustCompile(`(?s)<(script|style)>(.*?)</(?:script|style)>`)

// swaggerLogo is the style that Swagger UI's script adds to its logo.
const swaggerLogo = `<style>.logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}</style>`

// swaggerPolicy returns a policy that allows what the page has inline.
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
