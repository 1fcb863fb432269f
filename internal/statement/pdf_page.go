package statement

import (
	"bytes"
	"fmt"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
)

// style is the look of a text.
type style struct {
	fonts []*typeface
	size  float64
	grey  float64 // 0 is black
}

// page is the content of a page, and the structure elements of its marked content.
type page struct {
	number  int // of its object
	content bytes.Buffer
	marked  []int
}

// canvas draws text on pages. It numbers fonts in the order of their first use.
type canvas struct {
	fonts []*embedded
	used  map[*font.Face]*embedded
	set   *fontSet
}

func (c *canvas) embedded(face *font.Face) *embedded {
	e := c.used[face]
	if e == nil {
		e = &embedded{name: fmt.Sprintf("F%c", 'A'+len(c.fonts)), face: face, means: map[uint16][]rune{}}
		for t, candidate := range c.set.faces {
			if candidate == face {
				e.typeface = t
			}
		}
		c.used[face] = e
		c.fonts = append(c.fonts, e)
	}
	return e
}

// line draws a line of a paragraph with its baseline at y; both x and y are in points from the bottom left.
func (c *canvas) line(w *bytes.Buffer, p *paragraph, line shaping.Line, style style, x, y float64) {
	fmt.Fprintf(w, "BT %g g ", style.grey)
	for i := range line {
		c.run(w, p, &line[i], style, x, y)
		x += points(line[i].Advance, style)
	}
	w.WriteString("ET\n")
}

// run draws glyphs of one font. A glyph is drawn where the last one ended. If the shaper wants it elsewhere, as for a kerned letter or a
// mark, it is moved there.
func (c *canvas) run(w *bytes.Buffer, p *paragraph, run *shaping.Output, style style, x, y float64) {
	e := c.embedded(run.Face)
	fmt.Fprintf(w, "/%s %g Tf 1 0 0 1 %.2f %.2f Tm[", e.name, style.size, x, y)
	pen, drawn, rise := 0.0, 0.0, 0.0 // where the next glyph belongs, where PDF would draw it, and its rise, in thousandths
	for _, sign := range e.signs(p, run) {
		if sign.replaced {
			fmt.Fprintf(w, "]TJ/Span<</ActualText%s>>BDC[", pdfText(string(sign.text)))
		}
		for _, glyph := range sign.glyphs {
			if offset := float64(glyph.YOffset) / 64; offset != rise {
				rise = offset
				fmt.Fprintf(w, "]TJ %.3f Ts[", rise*style.size/emSize)
			}
			if at := pen + float64(glyph.XOffset)/64; at != drawn && len(sign.text) > 0 {
				fmt.Fprintf(w, "%g", drawn-at)
				drawn = at
			}
			if len(sign.text) > 0 {
				fmt.Fprintf(w, "<%04X>", glyph.GlyphID)
				drawn += e.advance(uint16(glyph.GlyphID))
			}
			pen += float64(glyph.Advance) / 64
		}
		if sign.replaced {
			w.WriteString("]TJ EMC[")
		}
	}
	w.WriteString("]TJ")
	if rise != 0 {
		w.WriteString(" 0 Ts")
	}
	w.WriteByte('\n')
}
