package statement

import (
	"bytes"
	"fmt"
)

// element is a node of the structure by which a screen reader navigates a document: a heading, a table, a cell.
type element struct {
	number   int // of its object
	kind     string
	parent   int
	details  string // further entries of its dictionary
	page     int    // the object of the page with its content
	content  int    // its marked content on that page; -1 for none
	children []int
}

// structure is the tree of elements under construction. An element is written when it is closed.
type structure struct {
	file *pdfFile
	root int
	open []*element
}

func newStructure(file *pdfFile) *structure {
	return &structure{file: file, root: file.reserve()}
}

func (s *structure) begin(kind, details string) *element {
	e := &element{number: s.file.reserve(), kind: kind, parent: s.root, details: details, content: -1}
	if n := len(s.open); n > 0 {
		above := s.open[n-1]
		e.parent = above.number
		above.children = append(above.children, e.number)
	}
	s.open = append(s.open, e)
	return e
}

func (s *structure) end() {
	e := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	content := ""
	if e.content >= 0 {
		content = fmt.Sprintf("/Pg %d 0 R/K %d", e.page, e.content)
	} else if len(e.children) > 0 {
		content = "/K" + references(e.children)
	}
	s.file.put(e.number, "<</Type/StructElem/S/%s/P %d 0 R%s%s>>", e.kind, e.parent, e.details, content)
}

// write completes the tree: the document's element and, for each page, the elements of its marked content.
func (s *structure) write(document *element, pages []*page) {
	var parents bytes.Buffer
	for i, p := range pages {
		fmt.Fprintf(&parents, "%d %s", i, references(p.marked))
	}
	s.file.put(s.root, "<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[%s]>>>>", document.number, parents.Bytes())
}

// references returns an array of references to objects.
func references(numbers []int) string {
	var list bytes.Buffer
	list.WriteByte('[')
	for _, number := range numbers {
		fmt.Fprintf(&list, "%d 0 R ", number)
	}
	list.WriteByte(']')
	return list.String()
}
