package statement

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/font"
)

//go:embed fonts/*.ttf.gz
var fontFiles embed.FS

// typeface is an embedded font. It is unpacked and parsed when a text first needs it, because those for Han and Hangul are large.
type typeface struct {
	file string
	load func() *loadedFont
}

type loadedFont struct {
	data []byte
	font *font.Font
}

func newTypeface(file string) *typeface {
	return &typeface{file, sync.OnceValue(func() *loadedFont {
		loaded, err := loadFont("fonts/" + file + ".ttf.gz")
		if err != nil {
			panic(err) // fonts are embedded
		}
		return loaded
	})}
}

func loadFont(name string) (*loadedFont, error) {
	packed, err := fontFiles.Open(name)
	if err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, err
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return &loadedFont{data, face.Font}, nil
}

// bold covers the headings, which are ASCII, and regular covers texts: a character is set in the first font that has it.
var (
	bold    = newTypeface("NotoSans-Bold")
	regular = []*typeface{
		newTypeface("NotoSans-Regular"), newTypeface("NotoSansHebrew-Regular"), newTypeface("NotoSansArabic-Regular"),
		newTypeface("NotoSansDevanagari-Regular"), newTypeface("NotoSansThai-Regular"), newTypeface("NotoSansArmenian-Regular"),
		newTypeface("NotoSansGeorgian-Regular"), newTypeface("NotoSansMath-Regular"), newTypeface("NotoSansSymbols2-Regular"),
		newTypeface("DroidSansFallback"), newTypeface("NotoSansKR-Regular"),
	}
)

// fontSet chooses fonts for one document. Its faces are not safe for concurrent use.
type fontSet struct {
	faces map[*typeface]*font.Face
	order []*typeface // the candidates for the current text
	last  *font.Face
}

func (f *fontSet) face(t *typeface) *font.Face {
	if f.faces[t] == nil {
		f.faces[t] = font.NewFace(t.load().font)
	}
	return f.faces[t]
}

// ResolveFace implements shaping.Fontmap. A mark uses its base character's font if that has it.
func (f *fontSet) ResolveFace(r rune) *font.Face {
	if unicode.IsMark(r) && f.last != nil && has(f.last, r) {
		return f.last
	}
	for _, t := range f.order {
		if face := f.face(t); has(face, r) {
			f.last = face
			return face
		}
	}
	return f.face(f.order[0])
}

func has(face *font.Face, r rune) bool {
	_, ok := face.NominalGlyph(r)
	return ok
}
