package site

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// swagger is Swagger UI for our contract. The caller passes its page; the files that the page loads are in the folder "swagger". The page
// has an inline script and style, which its policy allows by their hashes.
type swagger struct {
	page   []byte
	policy string
	assets map[string]*asset
}

func newSwagger(files fs.FS, page []byte) (*swagger, error) {
	folder, err := fs.Sub(files, "swagger")
	if err != nil {
		return nil, err
	}
	assets, err := folderAssets(folder)
	if err != nil {
		return nil, fmt.Errorf("load Swagger UI: %w", err)
	}
	return &swagger{page: page, policy: swaggerPolicy(page), assets: assets}, nil
}

func (s *swagger) serve(w http.ResponseWriter, r *http.Request, name string) error {
	found, ok := s.assets[name]
	if !ok && name != indexFile {
		return fs.ErrNotExist
	}
	w.Header().Set(policyHeader, s.policy)
	w.Header().Set("Cache-Control", "no-cache")
	if name == indexFile {
		return write(w, pageMedia, s.page)
	}
	found.serve(w, r)
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
