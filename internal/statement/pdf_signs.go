package statement

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/shaping"
)

// sign is some characters, and the glyphs drawn for them. A sign without characters draws nothing.
type sign struct {
	glyphs   []shaping.Glyph
	text     []rune
	replaced bool // the font's map does not give this text, so the page does
}

// signs returns what the glyphs of a run stand for when they are copied, from left to right.
func (e *embedded) signs(p *paragraph, run *shaping.Output) []sign {
	signs := make([]sign, 0, len(run.Glyphs))
	for i := 0; i < len(run.Glyphs); {
		cluster := run.Glyphs[i : i+run.Glyphs[i].GlyphsCount()]
		i += len(cluster)
		text := p.text[cluster[0].TextIndex() : cluster[0].TextIndex()+cluster[0].RunesCount()]
		text = slices.DeleteFunc(slices.Clone(text), directs)
		if run.Direction == di.DirectionRTL {
			slices.Reverse(text)
			signs = e.rightToLeft(signs, cluster, text)
		} else {
			signs = leftToRight(signs, cluster, text)
		}
	}
	for i := range signs {
		signs[i].replaced = !e.stand(signs[i].glyphs, signs[i].text)
	}
	return signs
}

// directs reports whether a character only controls the layout of others. Joiners, however, are part of a word, and variation selectors
// part of an emoji: if they have no glyph, a blank stands for them.
func directs(r rune) bool {
	return harfbuzz.IsDefaultIgnorable(r) && !unicode.Is(unicode.Join_Control, r) && !unicode.Is(unicode.Variation_Selector, r)
}

// leftToRight splits a cluster if each of its glyphs is one character.
func leftToRight(signs []sign, cluster []shaping.Glyph, text []rune) []sign {
	if len(cluster) != len(text) {
		return append(signs, sign{glyphs: cluster, text: text})
	}
	for i := range cluster {
		signs = append(signs, sign{glyphs: cluster[i : i+1], text: text[i : i+1]})
	}
	return signs
}

// rightToLeft splits a cluster into signs of one character each, because readers take such text sign by sign from left to right and then
// reverse it. A ligature gets an extra blank for each further character.
func (e *embedded) rightToLeft(signs []sign, cluster []shaping.Glyph, text []rune) []sign {
	if len(text) == 0 {
		return append(signs, sign{glyphs: cluster})
	}
	for ; len(text) > len(cluster); text = text[1:] {
		blank, _ := e.face.NominalGlyph(' ')
		signs = append(signs, sign{glyphs: []shaping.Glyph{{GlyphID: blank}}, text: text[:1]})
	}
	more := len(cluster) - len(text) + 1
	signs = append(signs, sign{glyphs: cluster[:more], text: text[:1]})
	return leftToRight(signs, cluster[more:], text[1:])
}

// stand reports whether the font's map gives a text for glyphs. For each glyph, the map gives the first text that it stood for.
func (e *embedded) stand(glyphs []shaping.Glyph, text []rune) bool {
	if len(text) == 0 {
		return true
	}
	for _, glyph := range glyphs {
		if id := uint16(glyph.GlyphID); e.means[id] == nil {
			e.means[id] = text
		}
	}
	return len(glyphs) == 1 && slices.Equal(e.means[uint16(glyphs[0].GlyphID)], text)
}
