package statement

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"github.com/google/uuid"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/bankingcore/bankcore/internal/bank"
)

// The page, in millimetres, and what stands in each column.
const (
	pdfMargin = 18.0
	pdfWidth  = 210 - 2*pdfMargin
	pdfRow    = 6.2
	pdfFamily = "go"
)

var pdfColumns = []struct {
	title string
	width float64
	align string
}{
	{"Date (UTC)", 32, "L"}, {"What", 66, "L"}, {"Out", 24, "R"}, {"In", 24, "R"}, {"Balance", 28, "R"},
}

// paper is a statement on its way onto paper.
type paper struct {
	*fpdf.Fpdf
	statement *bank.Statement
}

// WritePDF writes a statement on A4. Of the same statement, issued at the same time, it makes the same bytes.
func WritePDF(w io.Writer, s *bank.Statement) error {
	p := &paper{fpdf.New("P", "mm", "A4", ""), s}
	p.SetCatalogSort(true)
	p.SetCreationDate(s.IssuedAt)
	p.SetModificationDate(s.IssuedAt)
	p.SetProducer("Banking Core", true)
	p.SetLang("en")
	p.SetTitle("Statement "+s.From.Format("January 2006")+", account "+s.Account.Number.String(), true)
	p.AddUTF8FontFromBytes(pdfFamily, "", goregular.TTF)
	p.AddUTF8FontFromBytes(pdfFamily, "B", gobold.TTF)
	p.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	p.SetAutoPageBreak(false, 0)
	p.SetFooterFunc(p.foot)
	p.AddPage()
	p.head()
	p.totals()
	p.entries()
	return p.Output(w)
}

func (p *paper) ink(size float64, style string, grey int) {
	p.SetFont(pdfFamily, style, size)
	p.SetTextColor(grey, grey, grey)
}

func (p *paper) money(m bank.Money) string { return grouped(m.Decimal(p.statement.Account.Currency)) }

func (p *paper) head() {
	s := p.statement
	p.ink(9, "", 110)
	p.CellFormat(pdfWidth, 5, "Banking Core", "", 1, "L", false, 0, "")
	p.ink(20, "B", 20)
	p.CellFormat(pdfWidth, 11, "Statement, "+s.From.Format("January 2006"), "", 1, "L", false, 0, "")
	p.ink(10, "", 60)
	p.CellFormat(pdfWidth, 5.5, fit(p.Fpdf, printable(s.Account.Holder), pdfWidth), "", 1, "L", false, 0, "")
	p.CellFormat(pdfWidth, 5.5, "Account "+s.Account.Number.String()+"   Currency "+s.Account.Currency, "", 1, "L", false, 0, "")
	p.Ln(5)
}

// totals are the four numbers that a reader looks for.
func (p *paper) totals() {
	s := p.statement
	width := float64(pdfWidth) / 4
	p.ink(8.5, "", 110)
	for _, title := range []string{"Opening balance", "Money in", "Money out", "Closing balance"} {
		p.CellFormat(width, 5, title, "", 0, "L", false, 0, "")
	}
	p.Ln(5)
	p.ink(12, "B", 20)
	for _, amount := range []bank.Money{s.Opening, s.MoneyIn, s.MoneyOut, s.Closing} {
		p.CellFormat(width, 7, p.money(amount), "", 0, "L", false, 0, "")
	}
	p.Ln(13)
}

func (p *paper) columns() {
	p.ink(8.5, "B", 60)
	p.SetDrawColor(170, 170, 170)
	for _, column := range pdfColumns {
		p.CellFormat(column.width, pdfRow, column.title, "B", 0, column.align, false, 0, "")
	}
	p.Ln(pdfRow + 1)
	p.ink(8.5, "", 30)
}

func (p *paper) entries() {
	p.columns()
	s := p.statement
	p.row(s.From.Format("2 Jan 2006"), "Opening balance", "", "", p.money(s.Opening))
	for i := range s.Transactions {
		t := &s.Transactions[i]
		in, away := p.money(t.Amount), ""
		if t.Type.Takes() {
			in, away = away, in
		}
		p.row(t.Timestamp.Format("2 Jan 2006 15:04"), describe(t), away, in, p.money(t.BalanceAfter))
	}
	end := s.To.AddDate(0, 0, -1)
	if s.IssuedAt.Before(s.To) {
		end = s.IssuedAt
	}
	p.ink(8.5, "B", 20)
	p.row(end.Format("2 Jan 2006"), "Closing balance", "", "", p.money(s.Closing))
	p.proof()
}

func (p *paper) row(cells ...string) {
	if p.GetY() > 297-pdfMargin-16 {
		p.AddPage()
		p.columns()
	}
	for i, column := range pdfColumns {
		p.CellFormat(column.width, pdfRow, fit(p.Fpdf, cells[i], column.width-2), "", 0, column.align, false, 0, "")
	}
	p.Ln(pdfRow)
}

// proof says how the paper is tied to the ledger.
func (p *paper) proof() {
	s := p.statement
	if p.GetY() > 297-pdfMargin-34 {
		p.AddPage()
	}
	p.Ln(6)
	p.ink(7.5, "", 110)
	text := "Opening balance plus money in, less money out, is the closing balance; each entry was held against the one before it."
	if s.Hash != (bank.Hash{}) {
		text += "\nHash of the last entry: " + hex.EncodeToString(s.Hash[:])
	}
	p.MultiCell(pdfWidth, 4, text, "", "L", false)
}

func (p *paper) foot() {
	p.SetY(-pdfMargin)
	p.ink(7.5, "", 110)
	p.CellFormat(pdfWidth/2, 5, "Issued "+p.statement.IssuedAt.Format("2 January 2006, 15:04 UTC"), "", 0, "L", false, 0, "")
	p.CellFormat(pdfWidth/2, 5, fmt.Sprintf("Page %d", p.PageNo()), "", 0, "R", false, 0, "")
}

// describe is what an entry says of itself, in words.
func describe(t *bank.Transaction) string {
	words := map[bank.TransactionType]string{
		bank.TypeAccountOpened: "Account opened", bank.TypeDeposit: "Deposit", bank.TypeWithdrawal: "Withdrawal",
		bank.TypeTransferIn: "From ", bank.TypeTransferOut: "To ",
	}[t.Type]
	if t.Transfer != uuid.Nil {
		words += t.Counterparty.String()
	}
	if t.Description != "" {
		words += ", " + printable(t.Description)
	}
	return words
}

// grouped puts a comma between thousands.
func grouped(decimal string) string {
	whole, fraction, hasFraction := strings.Cut(decimal, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if hasFraction {
		return whole + "." + fraction
	}
	return whole
}

var pdfFont = sync.OnceValue(func() *sfnt.Font {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is part of the program
	}
	return font
})

// printable puts a question mark in place of what the font has no sign for: it has Latin, Greek and Cyrillic. The CSV has
// every text as it is.
func printable(text string) string {
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if glyph, err := pdfFont().GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return '?'
		}
		return r
	}, text)
}

// fit cuts a text to a width.
func fit(pdf *fpdf.Fpdf, text string, width float64) string {
	if pdf.GetStringWidth(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && pdf.GetStringWidth(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
