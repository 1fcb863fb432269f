package statement

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// emSize is the size at which texts are measured: a thousandth of it is PDF's unit of glyph space.
const emSize = 1000

// missing is printed instead of a character that no font has.
const missing = '□'

// The isolates keep a text of another direction from reordering its surroundings.
const (
	isolate    = "\u2068"
	endIsolate = "\u2069"
)

// paragraph is a typeset text: its characters, and lines of glyphs from left to right.
type paragraph struct {
	text      []rune
	lines     []shaping.Line
	reordered bool // contains right-to-left text
}

// typesetter turns texts into lines of glyphs, with Arabic's joined letters, both directions, and line breaks where each script allows them.
type typesetter struct {
	fonts     fontSet
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	wrapper   shaping.LineWrapper
	bidi      bidi.Paragraph
	lacking   bool // a text had a character that no font has
}

// set wraps a text to a width in points. A word that is too long is broken; nothing is cut off.
func (t *typesetter) set(text string, style style, width float64) paragraph {
	t.fonts.order, t.fonts.last = style.fonts, nil
	p := paragraph{text: []rune(t.printable(norm.NFC.String(text)))}
	if len(p.text) == 0 {
		return p
	}
	inputs := t.segmenter.Split(shaping.Input{
		Text: p.text, RunEnd: len(p.text), Direction: di.DirectionLTR, Size: fixed.I(emSize), Language: language.NewLanguage("en"),
	}, &t.fonts)
	runs := make([]shaping.Output, 0, len(inputs))
	for _, input := range inputs {
		p.reordered = p.reordered || input.Direction == di.DirectionRTL
		runs = append(runs, t.shaper.ShapeNoExtents(input))
	}
	lines, _ := t.wrapper.WrapParagraph(shaping.WrapConfig{Direction: di.DirectionLTR}, int(width/style.size*emSize), p.text,
		shaping.NewSliceIterator(runs))
	levels := t.levels(p.text)
	for _, line := range lines {
		line = slices.Clone(line) // the wrapper reuses its memory
		reorder(line, levels)
		p.lines = append(p.lines, line)
	}
	return p
}

// levels returns each character's embedding level by the Unicode Bidirectional Algorithm.
func (t *typesetter) levels(text []rune) []bidi.Level {
	levels := make([]bidi.Level, len(text))
	runs := t.bidi.Segment(text, bidi.LeftToRight)
	for i := range runs.NumRuns() {
		for run, at := runs.Run(i), runs.Run(i).Start; at < run.End; at++ {
			levels[at] = run.Level
		}
	}
	return levels
}

// reorder brings a line's runs from reading order into visual order (UAX #9, rule L2). The line wrapper's own reordering knows only two
// levels, so a number within Arabic within English would be out of place.
func reorder(line shaping.Line, levels []bidi.Level) {
	level := func(run shaping.Output) bidi.Level { return levels[run.Runes.Offset] }
	deepest := bidi.Level(0)
	for _, run := range line {
		deepest = max(deepest, level(run))
	}
	for depth := deepest; depth > 0; depth-- {
		for start := 0; start < len(line); start++ {
			end := start
			for end < len(line) && level(line[end]) >= depth {
				end++
			}
			slices.Reverse(line[start:end])
			start = end
		}
	}
}

// printable replaces each character that no font has with a box.
func (t *typesetter) printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || harfbuzz.IsDefaultIgnorable(r) || slices.ContainsFunc(t.fonts.order, func(f *typeface) bool {
			return has(t.fonts.face(f), r)
		}) {
			return r
		}
		t.lacking = true
		return missing
	}, text)
}

// width returns the width of a text on one line, in points.
func (t *typesetter) width(text string, style style) float64 {
	p := t.set(text, style, math.MaxInt16)
	return p.width(style)
}

func (p *paragraph) width(style style) float64 {
	widest := 0.0
	for _, line := range p.lines {
		widest = max(widest, lineWidth(line, style))
	}
	return widest
}

func lineWidth(line shaping.Line, style style) float64 {
	var advance fixed.Int26_6
	for i := range line {
		advance += line[i].Advance
	}
	return points(advance, style)
}

func points(v fixed.Int26_6, style style) float64 { return float64(v) / 64 / emSize * style.size }
