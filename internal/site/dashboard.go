package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// asset is a file of the dashboard, ready to send.
type asset struct {
	media   string
	plain   []byte
	gzipped func() []byte // compressed on first use; returns nil if that is not smaller
	etag    string
}

// assetMedia maps file extensions to media types. The system's own table may lack some or have others.
var assetMedia = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
}

const indexFile = "index.html"

// dashboard is the folder "app". The page loads its files from a folder named after their content, so browsers may cache them for ever
// and never mix two versions.
type dashboard struct {
	assets map[string]*asset
	build  string
	home   string // where clients reach the page
}

func newDashboard(c *Config) (*dashboard, error) {
	app, err := fs.Sub(c.Files, "app")
	if err != nil {
		return nil, err
	}
	assets, build, err := loadAssets(app, strings.NewReplacer(
		zoneMark, fmt.Sprintf("data-time-zone=%q", c.Zone),
		openingsMark, fmt.Sprintf("data-openings=%q", c.Openings),
		cashMark, fmt.Sprintf("data-cash=%q", c.Cash),
		settlementsMark, fmt.Sprintf("data-settlements=%q", strings.Join(c.Settlements, " ")),
	))
	if err != nil {
		return nil, fmt.Errorf("load the dashboard: %w", err)
	}
	return &dashboard{assets: assets, build: build, home: c.Base + "/app/"}, nil
}

func (d *dashboard) serve(w http.ResponseWriter, r *http.Request, name string) error {
	cache := "no-cache" // revalidated each time, so that a new version shows at once
	if kept, ok := strings.CutPrefix(name, d.build+"/"); ok {
		name, cache = kept, "public, max-age=31536000, immutable"
	}
	if name == indexFile {
		redirect(w, http.StatusMovedPermanently, d.home)
		return nil
	}
	if name == "" {
		name = indexFile
	}
	found, ok := d.assets[name]
	if !ok {
		return fs.ErrNotExist
	}
	w.Header().Set(policyHeader, pagePolicy)
	w.Header().Set("Cache-Control", cache)
	found.serve(w, r)
	return nil
}

// serve sends the file, compressed if the client accepts that. Ranges are of the plain file.
func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.media)
	header.Set("Vary", "Accept-Encoding")
	content, etag := a.plain, a.etag
	if r.Header.Get("Range") == "" && takesGzip(r.Header.Get("Accept-Encoding")) && a.gzipped() != nil {
		content, etag = a.gzipped(), a.etag+"-gzip"
		header.Set("Content-Encoding", "gzip")
		header.Set("Content-Length", strconv.Itoa(len(content))) // ServeContent omits it if there is an encoding
	}
	header.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func takesGzip(accept string) bool {
	for item := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(item, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return weight != "q=0"
		}
	}
	return false
}

// loadAssets reads every file once, puts the bank's settings into the page, and names the build after the content of all files.
func loadAssets(app fs.FS, settings *strings.Replacer) (assets map[string]*asset, build string, err error) {
	contents := map[string][]byte{}
	var names []string
	err = fs.WalkDir(app, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		names = append(names, name) // in lexical order
		contents[name], err = fs.ReadFile(app, name)
		if strings.HasPrefix(name, "js/") {
			contents[name] = withoutComments(contents[name])
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	all := sha256.New()
	for _, name := range names {
		fmt.Fprintf(all, "%s %d\n", name, len(contents[name]))
		all.Write(contents[name])
	}
	build = "build-" + hex.EncodeToString(all.Sum(nil)[:8])
	if contents[indexFile], err = namingBuild(contents[indexFile], build, contents); err != nil {
		return nil, "", err
	}
	contents[indexFile] = []byte(settings.Replace(string(contents[indexFile])))
	assets = map[string]*asset{}
	for _, name := range names {
		if assets[name], err = newAsset(name, contents[name]); err != nil {
			return nil, "", err
		}
	}
	return assets, build, nil
}

func newAsset(name string, content []byte) (*asset, error) {
	media := assetMedia[path.Ext(name)]
	if media == "" {
		return nil, fmt.Errorf("%s is of an unknown kind", name)
	}
	sum := sha256.Sum256(content)
	return &asset{
		media: media, plain: content, etag: hex.EncodeToString(sum[:16]),
		gzipped: sync.OnceValue(func() []byte { return compress(content) }),
	}, nil
}

// compress returns nil if the content does not become much smaller.
func compress(content []byte) []byte {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := writer.Write(content); err != nil {
		return nil
	}
	if err := writer.Close(); err != nil || packed.Len() >= len(content)*9/10 {
		return nil
	}
	return packed.Bytes()
}

// Places in the page for the time zone of the bank's days, for who may open accounts and who may deposit, and for what deposits can be
// settled against.
const (
	zoneMark        = `data-time-zone="UTC"`
	openingsMark    = `data-openings="anyone"`
	cashMark        = `data-cash="owner"`
	settlementsMark = `data-settlements="cash"`
)

const modulesMark = "<!-- modules -->"

// namingBuild puts the build's name into the page, and links to the modules that the first one needs: otherwise a browser would
// discover each module only from the one before it.
func namingBuild(page []byte, build string, contents map[string][]byte) ([]byte, error) {
	if !bytes.Contains(page, []byte(modulesMark)) {
		return nil, errors.New("the page does not say where its modules go")
	}
	var links strings.Builder
	for _, module := range modulesBehind("js/main.js", contents) {
		fmt.Fprintf(&links, "<link rel=\"modulepreload\" href=\"build/%s\">\n  ", module)
	}
	named := strings.Replace(string(page), modulesMark, strings.TrimSpace(links.String()), 1)
	return []byte(strings.ReplaceAll(named, `"build/`, `"`+build+`/`)), nil
}
