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

// typeface is a font of the program. It is unpacked and parsed when a text first needs it: those for Han and Hangul are large.
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
			panic(err) // the font is part of the program
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

// bold has what the headings are made of, ASCII, and regular has texts: a character is set in the first that has it.
var (
	bold    = newTypeface("NotoSans-Bold")
	regular = []*typeface{
		newTypeface("NotoSans-Regular"), newTypeface("NotoSansHebrew-Regular"), newTypeface("NotoSansArabic-Regular"),
		newTypeface("NotoSansDevanagari-Regular"), newTypeface("NotoSansThai-Regular"), newTypeface("NotoSansArmenian-Regular"),
		newTypeface("NotoSansGeorgian-Regular"), newTypeface("NotoSansMath-Regular"), newTypeface("NotoSansSymbols2-Regular"),
		newTypeface("DroidSansFallback"), newTypeface("NotoSansKR-Regular"),
	}
)

// fontSet chooses fonts for one document, whose faces are not for concurrent use.
type fontSet struct {
	faces map[*typeface]*font.Face
	order []*typeface // the candidates of the text that is being set
	last  *font.Face
}

func (f *fontSet) face(t *typeface) *font.Face {
	if f.faces[t] == nil {
		f.faces[t] = font.NewFace(t.load().font)
	}
	return f.faces[t]
}

// ResolveFace implements shaping.Fontmap. A mark stays with what it is set on, where that font has it.
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
