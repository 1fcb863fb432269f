package statement

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-text/typesetting/font"

	"github.com/bankingcore/bankcore/internal/reports"
)

// A4 and its margins, in points.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 51.0
	textWidth  = pageWidth - 2*margin
	footer     = 30.0 // the height of a page's footer above the margin
	leading    = 1.36 // line spacing, as a multiple of the type size
)

type align int

const (
	left align = iota
	right
)

// cell is a text in a column.
type cell struct {
	text  string
	align align
	width float64
}

// paper is a statement while it is being set.
type paper struct {
	statement *reports.Statement
	setter    typesetter
	canvas    canvas
	file      pdfFile
	structure *structure
	pages     []*page
	page      *page
	y         float64 // the upper edge of the free space on the page
}

// WritePDF writes a statement on A4, tagged for screen readers. The same statement, issued at the same time, always gives the same bytes.
func WritePDF(w io.Writer, s *reports.Statement) error {
	p := &paper{statement: s}
	p.setter.fonts.faces = map[*typeface]*font.Face{}
	p.canvas = canvas{used: map[*font.Face]*embedded{}, set: &p.setter.fonts}
	p.structure = newStructure(&p.file)
	document := p.structure.begin("Document", "")
	p.newPage()
	p.head()
	p.totals()
	p.entries()
	p.proof()
	p.structure.end()
	p.structure.write(document, p.pages)
	return p.finish(w)
}

func (p *paper) newPage() {
	p.page = &page{number: p.file.reserve()}
	p.pages = append(p.pages, p.page)
	p.y = pageHeight - margin
}

// block sets a text across the whole width.
func (p *paper) block(kind, text string, style style) {
	set := p.setter.set(text, style, textWidth)
	if height := set.height(style); p.y-height < margin+footer {
		p.newPage()
	}
	p.tag(kind, "", set)
	p.draw(set, style, margin, textWidth, left)
	p.untag()
	p.y -= set.height(style)
}

// row is a row of texts, as high as the tallest.
type row struct {
	cells  []cell
	sets   []paragraph
	style  style
	height float64
}

func (p *paper) row(style style, cells []cell) row {
	r := row{cells: cells, style: style}
	for _, cell := range cells {
		set := p.setter.set(cell.text, style, cell.width-gap)
		r.sets = append(r.sets, set)
		r.height = max(r.height, set.height(style))
	}
	return r
}

// add draws a row of a table with cells of one kind.
func (p *paper) add(r row, kind, details string) {
	p.structure.begin("TR", "")
	x := margin
	for i, cell := range r.cells {
		if cell.text == "" {
			p.structure.begin(kind, details)
			p.structure.end()
		} else {
			p.tag(kind, details, r.sets[i])
			p.draw(r.sets[i], r.style, x, cell.width, cell.align)
			p.untag()
		}
		x += cell.width
	}
	p.structure.end()
	p.y -= r.height
}

func (p *paragraph) height(style style) float64 { return float64(len(p.lines)) * style.size * leading }

// draw draws a paragraph below the upper edge.
func (p *paper) draw(set paragraph, style style, x, width float64, align align) {
	y := p.y - style.size
	for _, line := range set.lines {
		at := x
		if align == right {
			at += width - lineWidth(line, style)
		}
		p.canvas.line(&p.page.content, &set, line, style, at, y)
		y -= style.size * leading
	}
}

// tag begins a structure element whose content follows on this page. Right-to-left text is on the page in visual order, so the element
// also holds it in reading order.
func (p *paper) tag(kind, details string, set paragraph) {
	if set.reordered {
		details += "/ActualText" + pdfText(string(set.text))
	}
	e := p.structure.begin(kind, details)
	e.page, e.content = p.page.number, len(p.page.marked)
	p.page.marked = append(p.page.marked, e.number)
	fmt.Fprintf(&p.page.content, "/%s<</MCID %d>>BDC\n", kind, e.content)
}

func (p *paper) untag() {
	p.page.content.WriteString("EMC\n")
	p.structure.end()
}

// artifact draws something that a screen reader skips.
func (p *paper) artifact(draw func()) {
	p.page.content.WriteString("/Artifact<</Type/Pagination>>BDC\n")
	draw()
	p.page.content.WriteString("EMC\n")
}

// finish writes the pages, now that their number is known, and then the file.
func (p *paper) finish(w io.Writer) error {
	for i := range p.pages {
		p.page = p.pages[i]
		p.artifact(func() { p.foot(i + 1) })
	}
	var resources bytes.Buffer
	for _, font := range p.canvas.fonts {
		number, err := font.write(&p.file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&resources, "/%s %d 0 R", font.name, number)
	}
	tree, numbers := p.file.reserve(), make([]int, len(p.pages))
	for i, page := range p.pages {
		numbers[i] = page.number
		p.file.put(page.number, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %g %g]/Resources<</Font<<%s>>>>/Contents %d 0 R/StructParents %d/Tabs/S>>",
			tree, pageWidth, pageHeight, resources.Bytes(), p.file.stream("", page.content.Bytes()), i)
	}
	p.file.put(tree, "<</Type/Pages/Count %d/Kids%s>>", len(numbers), references(numbers))
	root := p.file.add("<</Type/Catalog/Pages %d 0 R/Lang(en)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences<</DisplayDocTitle true>>>>",
		tree, p.structure.root)
	at := p.statement.IssuedAt.UTC().Format("(D:20060102150405Z)")
	info := p.file.add("<</Title%s/Producer(Banking Core)/CreationDate%s/ModDate%s>>", pdfText(p.title()), at, at)
	return p.file.write(w, root, info)
}
