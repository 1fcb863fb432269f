package statement

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// objectsPerStream is how many small objects are compressed together.
const objectsPerStream = 200

// pdfFile is a PDF 1.7 (ISO 32000-1) under construction: objects, numbered from 1. The structure of a long statement is a hundred
// thousand small objects, so all objects that are not streams are packed into object streams.
type pdfFile struct {
	objects  []pdfObject
	deflater *zlib.Writer
}

type pdfObject struct {
	body     []byte
	isStream bool
}

// located is an entry of the cross-reference stream: kind 1 with an offset in the file, or kind 2 with an object stream and an index in it.
type located struct {
	kind  byte
	at    uint32
	index uint16
}

// reserve returns the number of an object that others refer to before its content is known.
func (f *pdfFile) reserve() int {
	f.objects = append(f.objects, pdfObject{})
	return len(f.objects)
}

func (f *pdfFile) put(number int, format string, arguments ...any) {
	f.objects[number-1].body = fmt.Appendf(nil, format, arguments...)
}

func (f *pdfFile) add(format string, arguments ...any) int {
	number := f.reserve()
	f.put(number, format, arguments...)
	return number
}

// stream adds data, compressed, with the given entries in its dictionary.
func (f *pdfFile) stream(dictionary string, data []byte) int {
	packed := f.deflate(data)
	number := f.add("<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", dictionary, len(packed), packed)
	f.objects[number-1].isStream = true
	return number
}

// deflate compresses into memory, where writes cannot fail.
func (f *pdfFile) deflate(data []byte) []byte {
	var packed bytes.Buffer
	if f.deflater == nil {
		f.deflater = zlib.NewWriter(&packed)
	} else {
		f.deflater.Reset(&packed)
	}
	_, _ = f.deflater.Write(data)
	_ = f.deflater.Close()
	return packed.Bytes()
}

// write writes the file. The same objects always give the same bytes.
func (f *pdfFile) write(w io.Writer, root, info int) error {
	table := f.pack()
	out := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for i, object := range f.objects {
		if object.isStream {
			table[i+1] = located{kind: 1, at: uint32(out.Len())}
			fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", i+1, object.body)
		}
	}
	id, start := sha256.Sum256(out.Bytes()), out.Len()
	table = append(table, located{kind: 1, at: uint32(start)})
	var rows []byte
	for _, row := range table {
		rows = binary.BigEndian.AppendUint32(append(rows, row.kind), row.at)
		rows = binary.BigEndian.AppendUint16(rows, row.index)
	}
	number := f.stream(fmt.Sprintf("/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]",
		len(table), root, info, id[:16], id[:16]), rows)
	fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", number, f.objects[number-1].body, start)
	_, err := out.WriteTo(w)
	return err
}

// pack copies all objects except streams into object streams, and returns the table of where each object is, as far as that is known.
func (f *pdfFile) pack() []located {
	table := make([]located, len(f.objects)+1)
	var small []int
	for i, object := range f.objects {
		if !object.isStream {
			small = append(small, i+1)
		}
	}
	for numbers := range slices.Chunk(small, objectsPerStream) {
		var index, bodies bytes.Buffer
		holder := uint32(len(f.objects) + 1)
		for i, number := range numbers {
			fmt.Fprintf(&index, "%d %d ", number, bodies.Len())
			bodies.Write(append(f.objects[number-1].body, '\n'))
			table[number] = located{kind: 2, at: holder, index: uint16(i)}
		}
		f.stream(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(numbers), index.Len()), append(index.Bytes(), bodies.Bytes()...))
		table = append(table, located{})
	}
	return table
}

// pdfText encodes a text for readers as UTF-16.
func pdfText(text string) string {
	var hex strings.Builder
	hex.WriteString("<FEFF")
	writeUTF16(&hex, []rune(text))
	hex.WriteByte('>')
	return hex.String()
}

func writeUTF16(w io.Writer, text []rune) {
	for _, unit := range utf16.Encode(text) {
		fmt.Fprintf(w, "%04X", unit)
	}
}
