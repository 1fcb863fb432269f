package statement_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/statement"
)

func printed(t *testing.T, s *reports.Statement) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, statement.WritePDF(&file, s))
	return file.Bytes()
}

// poppler runs one of Poppler's tools on a PDF and returns its output.
func poppler(t *testing.T, pdf []byte, tool string, arguments ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "statement.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	arguments = append(arguments, file)
	if tool == "pdftotext" {
		arguments = append(arguments, "-")
	}
	command := exec.CommandContext(t.Context(), tool, arguments...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	require.NoError(t, err, complaints.String())
	require.Empty(t, complaints.String(), "the tool must print no complaints")
	return string(out)
}

var blank = regexp.MustCompile(`[\s\x{202a}-\x{202e}\f]+`)

// flat returns a text without spaces and without the direction marks that Poppler adds.
func flat(text string) string { return blank.ReplaceAllString(norm.NFC.String(text), "") }

func TestPaperHasTextsOfAllScriptsAsTheyWereEntered(t *testing.T) {
	t.Parallel()
	texts := []string{
		"Salary November", norm.NFD.String("Café Zürich"), "Lương tháng 11 – Nguyễn", "Plată chirie Ștefan", "Əliyev haqqı",
		"Оплата қазақ тілі ұлттық", "Ενοίκιο Νοεμβρίου, ᾳ", "家賃 11月", "ガス代・電気", "北京市房租", "임대료 11월", "إيجار", "می\u200cخواهم الله لا سلام", "שכירות",
		"ค่าเช่าบ้าน", "क्षत्रिय किराया", "Վարձ", "ქირა", "Naira ₦ rupee ₹ rouble ₽ hryvnia ₴ tenge ₸ lira ₺ đồng ₫ shekel ₪", "Müllerstraße “quoted” — €5 → ≤",
		"Rent 🏠 ❤️", "ﬁne print", "O’Neill‑Smith · ʻOkina",
		"Invoice 0047, customer 99812, delivery to 12 Long Street, second floor, ring twice please, and call an hour before you come",
		strings.Repeat("0123456789", 14), strings.Repeat("家賃", 70),
	}
	s := month(t, time.UTC, texts...)
	s.Account.Holder = "Nguyễn Thị Ánh Đào"
	paper := printed(t, s)
	// In drawing order, a text is in one piece; for right-to-left text, the visual order counts.
	inOrder, asSeen := flat(poppler(t, paper, "pdftotext", "-raw")), flat(poppler(t, paper, "pdftotext"))
	for _, text := range append(texts, s.Account.Holder) {
		require.True(t, strings.Contains(inOrder, flat(text)) || strings.Contains(asSeen, flat(text)), text)
	}
	require.NotContains(t, asSeen, "?")
	require.NotContains(t, asSeen, "□", "no character was missing")
}

func TestPaperSaysWhatItCouldNotPrint(t *testing.T) {
	t.Parallel()
	text := poppler(t, printed(t, month(t, time.UTC, "Cuneiform 𒀀 here", "A □ that was entered")), "pdftotext", "-layout")
	require.Contains(t, text, "Cuneiform □ here")
	require.Contains(t, text, "□ stands for a character that the fonts of this statement lack. The CSV has it.")
	require.NotContains(t, poppler(t, printed(t, month(t, time.UTC, "A □ that was entered")), "pdftotext"), "stands for")
}

// A screen reader gets a title, a language, headings and tables, and right-to-left text in reading order.
func TestPaperIsTagged(t *testing.T) {
	t.Parallel()
	paper := printed(t, month(t, time.UTC, "Rent", "שכירות 2026 עבור דירה 12"))
	info := poppler(t, paper, "pdfinfo")
	require.Regexp(t, `Title: +Statement November 2026, account 481207359144\n`, info)
	require.Regexp(t, `Tagged: +yes\n`, info)
	tree := regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(poppler(t, paper, "pdfinfo", "-struct-text"), "\n")
	require.Contains(t, tree, "H1 (block)\n\"Statement, November 2026\"\n")
	require.Contains(t, tree, "Table (block)\nTR\nTH:\n/Scope /Column\n\"Opening balance\"\n")
	require.Equal(t, 2, strings.Count(tree, "Table (block)"))
	require.Equal(t, 2+1+1+2+1, strings.Count(tree, "\nTR\n"), "two rows of totals; headings, opening, entries, closing")
	require.NotContains(t, tree, "Page 1", "the footer of a page is not read aloud")
	require.Regexp(t, `/S/TD[^>]*/ActualText<FEFF[0-9A-F]*`+fmt.Sprintf("%04X%04X", 'ש', 'כ'), inflated(t, paper))
}

// inflated returns everything that is compressed in a PDF.
func inflated(t *testing.T, paper []byte) string {
	t.Helper()
	var all strings.Builder
	for _, part := range bytes.Split(paper, []byte("\nstream\n"))[1:] {
		reader, err := zlib.NewReader(bytes.NewReader(part))
		require.NoError(t, err)
		_, err = io.Copy(&all, reader)
		require.NoError(t, err)
	}
	return all.String()
}

func TestPaperBreaksIntoPagesAndIsWhole(t *testing.T) {
	t.Parallel()
	texts := make([]string, 130)
	for i := range texts {
		texts[i] = fmt.Sprintf("Entry %d.", i)
	}
	paper := printed(t, month(t, time.UTC, texts...))
	require.Regexp(t, `Pages: +4\n`, poppler(t, paper, "pdfinfo"))
	pages := strings.Split(strings.TrimSuffix(poppler(t, paper, "pdftotext", "-layout"), "\f"), "\f")
	require.Len(t, pages, 4)
	for i, page := range pages {
		require.Regexp(t, `(?m)^Date \(UTC\) +What +Out +In +Balance$`, page)
		require.Contains(t, page, fmt.Sprintf("Page %d of 4", i+1))
		require.Contains(t, page, "Issued 27 November 2026, 22:30 (UTC)")
	}
	for _, text := range texts {
		require.Contains(t, strings.Join(pages, ""), text)
	}
}

// However long the texts and however large the amounts, nothing leaves its column.
func TestPaperKeepsEverythingInItsColumn(t *testing.T) {
	t.Parallel()
	s := month(t, time.UTC, strings.Repeat("W", 140), "Rent", strings.Repeat("Long ", 28), strings.Repeat("مصروف", 28))
	s.Account.Holder = strings.Repeat("Wolfeschlegelsteinhausen", 4)
	for _, money := range []*ledger.Money{&s.Opening, &s.MoneyIn, &s.MoneyOut, &s.Closing} {
		*money = 9_007_199_254_740_991
	}
	for i := range s.Transactions {
		s.Transactions[i].Amount, s.Transactions[i].BalanceAfter = 9_007_199_254_740_991, 9_007_199_254_740_991
	}
	boxes := regexp.MustCompile(`<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>`).
		FindAllStringSubmatch(poppler(t, printed(t, s), "pdftotext", "-bbox"), -1)
	require.Greater(t, len(boxes), 50)
	amounts := 0
	for _, box := range boxes {
		left, err := strconv.ParseFloat(box[1], 64)
		require.NoError(t, err)
		right, err := strconv.ParseFloat(box[2], 64)
		require.NoError(t, err)
		require.GreaterOrEqual(t, left, 50.9, box[3])
		require.LessOrEqual(t, right, 544.4, box[3])
		if box[3] == "90,071,992,547,409.91" {
			amounts++
		}
	}
	require.Equal(t, 4+1+2*4+1, amounts, "each amount is in one piece: totals, opening, entries, closing")
}

func TestPaperIsDatedInTheZoneOfTheBank(t *testing.T) {
	t.Parallel()
	text := poppler(t, printed(t, month(t, zone(t, "Pacific/Auckland"), "Midnight")), "pdftotext", "-layout")
	require.Contains(t, text, "1 Nov 2026 00:00")
	require.Contains(t, flat(text), "(Pacific/")
	require.Contains(t, text, "Issued 28 November 2026, 11:30 (Pacific/Auckland)")
	require.Regexp(t, `28 Nov 2026 +Closing balance`, text, "the month is not over")
}

func TestPaperIsTheSameBytesEachTime(t *testing.T) {
	t.Parallel()
	s := month(t, time.UTC, "Rent", "家賃", "إيجار", "Unknown 𒀀", "שכירות", "임대료", "ค่าเช่า")
	first := printed(t, s)
	for range 5 {
		require.Equal(t, first, printed(t, s))
	}
	require.Less(t, len(first), 60_000, "only the used part of each font is embedded")
}

// The large fonts are loaded only if a text needs them.
func TestPaperOfLatinTextsEmbedsLatinFonts(t *testing.T) {
	t.Parallel()
	fonts := func(texts ...string) int {
		return strings.Count(poppler(t, printed(t, month(t, time.UTC, texts...)), "pdffonts"), "CID TrueType")
	}
	require.Equal(t, 2, fonts("Rent", "Café"), "regular and bold")
	require.Equal(t, 3, fonts("Rent", "家賃"))
}

// Any description gives a readable PDF.
func TestPaperTakesAnyText(t *testing.T) {
	t.Parallel()
	anything := rapid.StringOfN(rapid.RuneFrom(nil, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Cf), 0, 140, -1)
	texts := make([]string, 60)
	for seed := range texts {
		texts[seed] = anything.Example(seed)
	}
	text := poppler(t, printed(t, month(t, time.UTC, texts...)), "pdftotext", "-layout")
	require.Len(t, regexp.MustCompile(`(?m)^1 Nov 2026 00:\d\d`).FindAllString(text, -1), len(texts))
}
