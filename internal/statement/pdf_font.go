package statement

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	foliofont "github.com/carlos7ags/folio/font"
	"github.com/go-text/typesetting/font"
)

// embedded is what a document needs of a font: the glyphs that were drawn, and the text that each stands for when it is copied.
type embedded struct {
	*typeface
	name  string // as a resource of the pages
	face  *font.Face
	means map[uint16][]rune
}

// unmapped keeps a glyph out of the font's own character map, which the PDF does not need. Otherwise Subset orders two glyphs of one
// character, such as a letter's two forms, differently each time, and leaves out characters beyond the BMP.
const unmapped = '\U0010FFFF'

// advance returns a glyph's own width, in thousandths of the em.
func (e *embedded) advance(glyph uint16) float64 {
	return float64(e.face.HorizontalAdvance(font.GID(glyph))) * emSize / float64(e.face.Upem())
}

// write embeds the used part of a font, and returns the object that the pages refer to. Glyphs keep their numbers, so a code on a page is
// a glyph number.
func (e *embedded) write(f *pdfFile) (int, error) {
	glyphs := slices.Sorted(maps.Keys(e.means))
	kept := map[uint16]rune{}
	var widths bytes.Buffer
	for _, glyph := range glyphs {
		kept[glyph] = unmapped
		fmt.Fprintf(&widths, "%d[%g]", glyph, e.advance(glyph))
	}
	program, err := foliofont.Subset(e.load().data, kept)
	if err != nil {
		return 0, fmt.Errorf("embed a font: %w", err)
	}
	extents, _ := e.face.FontHExtents()
	scale := emSize / float64(e.face.Upem())
	ascent, descent := float64(extents.Ascender)*scale, float64(extents.Descender)*scale
	base := fmt.Sprintf("AAAAA%c+%s", e.name[1], e.file) // six letters mark a subset
	descriptor := f.add("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[-1000 %.0f 2000 %.0f]/ItalicAngle 0/Ascent %.0f/Descent %.0f"+
		"/CapHeight 714/StemV 80/FontFile2 %d 0 R>>", base, descent, ascent, ascent, descent,
		f.stream(fmt.Sprintf("/Length1 %d", len(program)), program))
	descendant := f.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
		"/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[%s]>>", base, descriptor, widths.Bytes())
	return f.add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		base, descendant, f.stream("", e.toUnicode(glyphs))), nil
}

// toUnicode returns the map by which readers turn glyphs into text.
func (e *embedded) toUnicode(glyphs []uint16) []byte {
	var cmap bytes.Buffer
	cmap.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Statement def /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for some := range slices.Chunk(glyphs, 100) { // the maximum for one section
		fmt.Fprintf(&cmap, "%d beginbfchar\n", len(some))
		for _, glyph := range some {
			fmt.Fprintf(&cmap, "<%04X> <", glyph)
			writeUTF16(&cmap, e.means[glyph])
			cmap.WriteString(">\n")
		}
		cmap.WriteString("endbfchar\n")
	}
	cmap.WriteString("endcmap CMapName currentdict /CMap defineresource pop end\n")
	cmap.WriteString("end\n")
	return cmap.Bytes()
}
