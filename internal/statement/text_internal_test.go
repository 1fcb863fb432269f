package statement

import (
	"testing"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/shaping"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newTypesetter() *typesetter {
	return &typesetter{fonts: fontSet{faces: map[*typeface]*font.Face{}}}
}

// Whatever the description, each of its characters is on some line, and no line is wider than its column.
func TestTextIsWrappedAndNeverCut(t *testing.T) {
	t.Parallel()
	setter := newTypesetter()
	rapid.Check(t, func(r *rapid.T) {
		anything := rapid.RuneFrom(nil, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Cf)
		text := rapid.StringOfN(rapid.OneOf(anything, rapid.RuneFrom([]rune("abc 12,אבגابت家가"))), 1, 140, -1).Draw(r, "text")
		width := rapid.Float64Range(80, textWidth).Draw(r, "width")
		p := setter.set(text, entryStyle, width)
		characters := make([]int, len(p.text))
		for _, line := range p.lines {
			for _, run := range line {
				for i := range run.Runes.Count {
					characters[run.Runes.Offset+i]++
				}
			}
			require.LessOrEqual(r, lineWidth(line, entryStyle), width+0.01)
		}
		for at, times := range characters {
			require.Equal(r, 1, times, "character %d of %q", at, p.text)
		}
	})
}

// A number within Hebrew within English: UAX #9 puts the last word of the Hebrew left of the number.
func TestNumbersWithinHebrewStayInOrder(t *testing.T) {
	t.Parallel()
	p := newTypesetter().set("Rent, "+isolate+"אב 26 גד (AB)"+endIsolate+" ok", entryStyle, textWidth)
	require.Len(t, p.lines, 1)
	require.Equal(t, "Rent, )AB( דג 26 בא ok", seen(&p, p.lines[0]))
}

// seen returns a line from left to right, without anything that is not drawn.
func seen(p *paragraph, line shaping.Line) string {
	var text []rune
	for i := range line {
		e := &embedded{face: line[i].Face, means: map[uint16][]rune{}}
		for _, sign := range e.signs(p, &line[i]) {
			text = append(text, sign.text...)
		}
	}
	return string(text)
}

func TestLargeFontsWaitForATextThatNeedsThem(t *testing.T) {
	t.Parallel()
	setter := newTypesetter()
	setter.set("Café, 12 Đường Nguyễn, Қазақстан", entryStyle, textWidth)
	require.Len(t, setter.fonts.faces, 1)
}
