package statement

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// gap is the space between columns and between rows, in points.
const gap = 7.0

var (
	titleStyle  = style{[]*typeface{bold, regular[0]}, 20, 0.08}
	smallStyle  = style{regular, 7.5, 0.4}
	plainStyle  = style{regular, 10, 0.2}
	labelStyle  = style{regular, 8.5, 0.4}
	totalStyle  = style{[]*typeface{bold, regular[0]}, 12, 0.08}
	headStyle   = style{[]*typeface{bold, regular[0]}, 8.5, 0.2}
	entryStyle  = style{regular, 8.5, 0.1}
	strongStyle = style{[]*typeface{bold, regular[0]}, 8.5, 0.08}
)

func (p *paper) title() string {
	return "Statement " + p.statement.From.Format("January 2006") + ", account " + p.statement.Account.Number.String()
}

func (p *paper) zone() string { return p.statement.From.Location().String() }

func (p *paper) money(m ledger.Money) string { return grouped(m.Decimal(p.statement.Decimals)) }

func (p *paper) head() {
	s := p.statement
	p.block("P", "Banking Core", labelStyle)
	p.block("H1", "Statement, "+s.From.Format("January 2006"), titleStyle)
	p.block("P", s.Account.Holder, plainStyle)
	p.block("P", "Account "+s.Account.Number.String()+"   Currency "+s.Account.Currency, plainStyle)
	p.y -= 2 * gap
}

// totals draws the four numbers that a reader looks for.
func (p *paper) totals() {
	s := p.statement
	var labels, amounts []cell
	style := totalStyle
	for _, total := range []struct {
		label  string
		amount ledger.Money
	}{{"Opening balance", s.Opening}, {"Money in", s.MoneyIn}, {"Money out", s.MoneyOut}, {"Closing balance", s.Closing}} {
		labels = append(labels, cell{text: total.label, width: textWidth / 4})
		amounts = append(amounts, cell{text: p.money(total.amount), width: textWidth / 4})
		if width := p.setter.width(p.money(total.amount), totalStyle); width > textWidth/4-gap {
			style.size = min(style.size, totalStyle.size*(textWidth/4-gap-1)/width)
		}
	}
	p.structure.begin("Table", "")
	p.add(p.row(labelStyle, labels), "TH", columnHead)
	p.add(p.row(style, amounts), "TD", "")
	p.structure.end()
	p.y -= 2 * gap
}

const columnHead = "/A<</O/Table/Scope/Column>>"

// columns returns the headings of the table of entries. Columns of money are as wide as their widest amount.
func (p *paper) columns() []cell {
	s := p.statement
	date := p.setter.width("30 Nov 2026 00:00", entryStyle) + gap
	out, in, balance := ledger.Money(0), ledger.Money(0), max(s.Opening, s.Closing)
	for i := range s.Transactions {
		t := &s.Transactions[i]
		balance = max(balance, t.BalanceAfter)
		if t.Type.Takes() {
			out = max(out, t.Amount)
		} else {
			in = max(in, t.Amount)
		}
	}
	width := func(m ledger.Money) float64 { return max(54, p.setter.width(p.money(m), strongStyle)+gap+1) }
	columns := []cell{
		{text: "Date (" + p.zone() + ")", width: date}, {text: "What"}, {text: "Out", align: right, width: width(out)},
		{text: "In", align: right, width: width(in)}, {text: "Balance", align: right, width: width(balance)},
	}
	columns[1].width = textWidth
	for _, i := range []int{0, 2, 3, 4} {
		columns[1].width -= columns[i].width
	}
	return columns
}

func (p *paper) entries() {
	s := p.statement
	table := entryTable{p, p.columns()}
	p.structure.begin("Table", "")
	p.add(p.row(headStyle, table.columns), "TH", columnHead)
	p.rule()
	table.row(entryStyle, s.From.Format("2 Jan 2006"), "Opening balance", "", "", p.money(s.Opening))
	for i := range s.Transactions {
		t := &s.Transactions[i]
		in, out := p.money(t.Amount), ""
		if t.Type.Takes() {
			in, out = out, in
		}
		table.row(entryStyle, t.Timestamp.In(s.From.Location()).Format("2 Jan 2006 15:04"), describe(t), out, in, p.money(t.BalanceAfter))
	}
	end := s.To.AddDate(0, 0, -1)
	if s.IssuedAt.Before(s.To) {
		end = s.IssuedAt.In(s.From.Location())
	}
	table.row(strongStyle, end.Format("2 Jan 2006"), "Closing balance", "", "", p.money(s.Closing))
	p.structure.end()
}

// entryTable is the table of entries, with its column headings on each page.
type entryTable struct {
	*paper
	columns []cell
}

func (t *entryTable) row(style style, texts ...string) {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i] = cell{text, t.columns[i].align, t.columns[i].width}
	}
	row := t.paper.row(style, cells)
	if t.y-row.height < margin+footer {
		t.newPage()
		t.artifact(t.heads)
		t.rule()
	}
	t.add(row, "TD", "")
	t.y -= gap / 2
}

func (t *entryTable) heads() {
	heads, x := t.paper.row(headStyle, t.columns), margin
	for i, column := range heads.cells {
		t.draw(heads.sets[i], headStyle, x, column.width, column.align)
		x += column.width
	}
	t.y -= heads.height
}

// rule draws a line across the whole width.
func (p *paper) rule() {
	p.artifact(func() {
		fmt.Fprintf(&p.page.content, "0.67 G 0.5 w %g %.2f m %g %.2f l S\n", margin, p.y-gap/4, pageWidth-margin, p.y-gap/4)
	})
	p.y -= gap
}

// proof says how the statement is tied to the ledger, and what it could not print.
func (p *paper) proof() {
	p.y -= 2 * gap
	p.block("P", "Opening balance plus money in, less money out, is the closing balance; each entry was checked against the one before it.", smallStyle)
	if p.statement.Hash != (ledger.Hash{}) {
		p.block("P", "Hash of the last entry: "+hex.EncodeToString(p.statement.Hash[:]), smallStyle)
	}
	if p.setter.lacking {
		p.block("P", string(missing)+" stands for a character that the fonts of this statement lack. The CSV has it.", smallStyle)
	}
}

func (p *paper) foot(number int) {
	p.y = margin + smallStyle.size
	s := p.statement
	issued := s.IssuedAt.In(s.From.Location()).Format("2 January 2006, 15:04") + " (" + p.zone() + ")"
	p.draw(p.setter.set("Issued "+issued, smallStyle, textWidth), smallStyle, margin, textWidth, left)
	p.draw(p.setter.set(fmt.Sprintf("Page %d of %d", number, len(p.pages)), smallStyle, textWidth), smallStyle, margin, textWidth, right)
}

// describe returns an entry's description in words.
func describe(t *ledger.Entry) string {
	words := map[ledger.EntryType]string{
		ledger.TypeAccountOpened: "Account opened", ledger.TypeDeposit: "Deposit", ledger.TypeWithdrawal: "Withdrawal",
		ledger.TypeTransferIn: "From ", ledger.TypeTransferOut: "To ", ledger.TypeReversalIn: "Given back", ledger.TypeReversalOut: "Given back",
	}[t.Type]
	if t.Type.Reverses() && t.Transfer != uuid.Nil {
		words += map[bool]string{true: " to ", false: " by "}[t.Type.Takes()]
	}
	if t.Transfer != uuid.Nil {
		words += t.Counterparty.String()
	}
	if t.Via != "" && t.Via != ledger.SettledInCash {
		words += " via " + t.Via
	}
	if t.Description != "" {
		words += ", " + isolate + t.Description + endIsolate
	}
	return words
}

// grouped separates thousands with commas.
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
