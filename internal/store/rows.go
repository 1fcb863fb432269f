package store

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
)

// numberedTypes lists the types of entries by the numbers under which the database stores them.
var numberedTypes = []ledger.EntryType{
	1: ledger.TypeAccountOpened, 2: ledger.TypeDeposit, 3: ledger.TypeWithdrawal, 4: ledger.TypeTransferIn, 5: ledger.TypeTransferOut,
	6: ledger.TypeReversalIn, 7: ledger.TypeReversalOut,
}

// TypeNumber returns the number under which the database stores a type of entry.
func TypeNumber(t ledger.EntryType) int64 { return int64(slices.Index(numberedTypes, t)) }

// TypeOf returns the type that the database stores under a number, or "" if there is none.
func TypeOf(number int64) ledger.EntryType {
	if number < 0 || number >= int64(len(numberedTypes)) {
		return ""
	}
	return numberedTypes[number]
}

// TransactionTypes returns what the table transaction_types must hold.
func TransactionTypes() []db.TransactionType {
	var rows []db.TransactionType
	for number, kind := range numberedTypes[1:] {
		row := db.TransactionType{Number: int64(number) + 1, Name: string(kind), Direction: 1}
		if kind.Takes() {
			row.Direction = -1
		}
		rows = append(rows, row)
	}
	return rows
}

// EntryOf returns the entry in a row.
func EntryOf(row *db.Transaction) ledger.Entry {
	e := ledger.Entry{
		ID:           row.ID,
		Account:      ledger.AccountNumber(row.AccountNumber),
		Sequence:     row.Sequence,
		Type:         TypeOf(row.TransactionType),
		Amount:       ledger.Money(row.Amount),
		Currency:     row.Currency,
		BalanceAfter: ledger.Money(row.BalanceAfter),
		Timestamp:    time.UnixMicro(row.Timestamp).UTC(),
		Description:  row.Description,
		Reference:    row.Reference,
		Via:          row.Via,
	}
	copy(e.Hash[:], row.Hash)
	if row.PreviousID != nil {
		e.Previous = *row.PreviousID
	}
	if row.HoldID != nil {
		e.Hold = *row.HoldID
	}
	if row.ReversesID != nil {
		e.Reverses = *row.ReversesID
	}
	if row.TransferID != nil {
		e.Transfer = *row.TransferID
	}
	if row.CounterpartyAccount != nil {
		e.Counterparty = ledger.AccountNumber(*row.CounterpartyAccount)
	}
	return e
}

// InsertOf returns the parameters that insert an entry.
func InsertOf(e *ledger.Entry) db.InsertTransactionParams {
	params := db.InsertTransactionParams{
		ID:              e.ID,
		AccountNumber:   int64(e.Account),
		Sequence:        e.Sequence,
		TransactionType: TypeNumber(e.Type),
		Amount:          int64(e.Amount),
		Currency:        e.Currency,
		BalanceAfter:    int64(e.BalanceAfter),
		Timestamp:       e.Timestamp.UnixMicro(),
		Description:     e.Description,
		Reference:       e.Reference,
		Via:             e.Via,
		Hash:            e.Hash[:],
	}
	if e.Previous != uuid.Nil {
		params.PreviousID = &e.Previous
	}
	if e.Hold != uuid.Nil {
		params.HoldID = &e.Hold
	}
	if e.Reverses != uuid.Nil {
		params.ReversesID = &e.Reverses
	}
	if e.Transfer != uuid.Nil {
		counterparty := int64(e.Counterparty)
		params.TransferID, params.CounterpartyAccount = &e.Transfer, &counterparty
	}
	return params
}

// AccountOf returns an account's state from its row.
func AccountOf(row *db.LockAccountRow) ledger.Account {
	account := ledger.Account{
		Number:   ledger.AccountNumber(row.AccountNumber),
		Currency: row.Currency,
		Balance:  ledger.Money(row.Balance),
		Held:     ledger.Money(row.Held),
		Sequence: row.LastSequence,
		Time:     time.UnixMicro(row.LastTimestamp).UTC(),
	}
	copy(account.Hash[:], row.LastHash)
	if row.LastID != nil {
		account.Last = *row.LastID
	}
	account.Rules = rulesOf(row)
	return account
}

// rulesOf returns the rules in an account's row, or nil if there are none beyond what holds for every account.
func rulesOf(row *db.LockAccountRow) *ledger.Rules {
	if !row.Closed && !row.DebitsFrozen && !row.CreditsFrozen &&
		row.LimitPerTransfer == nil && row.LimitDaily == nil && row.LimitMonthly == nil {
		return nil
	}
	return &ledger.Rules{
		Closed: row.Closed,
		Freeze: FreezeOf(row.DebitsFrozen, row.CreditsFrozen, row.FrozenUntil),
		Limits: LimitsOf(row.LimitPerTransfer, row.LimitDaily, row.LimitMonthly),
		Spent: ledger.Spent{
			Day: row.SpentDay, OnDay: ledger.Money(row.SpentOnDay), Month: row.SpentMonth, InMonth: ledger.Money(row.SpentInMonth),
		},
	}
}

// SpentOf returns what is to be written of an account's counters, if they have changed since the account was read.
func SpentOf(account *ledger.Account) (row db.UpdateSpentParams, changed bool) {
	rules := account.Rules
	if rules == nil || !rules.SpentChanged() {
		return row, false
	}
	return db.UpdateSpentParams{
		AccountNumber: int64(account.Number), SpentDay: rules.Spent.Day, SpentOnDay: int64(rules.Spent.OnDay),
		SpentMonth: rules.Spent.Month, SpentInMonth: int64(rules.Spent.InMonth),
	}, true
}

// FreezeOf returns the freeze in columns of an account.
func FreezeOf(debits, credits bool, until *int64) ledger.Freeze {
	freeze := ledger.Freeze{Debits: debits, Credits: credits}
	if until != nil {
		freeze.Until = time.UnixMicro(*until).UTC()
	}
	return freeze
}

// LimitsOf returns the limits in columns of an account.
func LimitsOf(perTransfer, daily, monthly *int64) ledger.Limits {
	return ledger.Limits{PerTransfer: (*ledger.Money)(perTransfer), Daily: (*ledger.Money)(daily), Monthly: (*ledger.Money)(monthly)}
}

// ScheduleOf returns the schedule in the row of a standing order.
func ScheduleOf(row *db.StandingOrder) schedule.Schedule {
	s := schedule.Schedule{
		Frequency: schedule.Frequency(row.Frequency), Every: int(row.Every), First: schedule.DayOf(row.FirstOn), Day: int(row.MonthDay),
		Times: int(row.Times),
	}
	if row.UntilOn != nil {
		s.Until = schedule.DayOf(*row.UntilOn)
	}
	return s
}

// InsertEventOf returns the parameters that insert an event.
func InsertEventOf(e *audit.Event) db.InsertEventParams {
	return db.InsertEventParams{
		ID:              e.ID,
		EventType:       string(e.Type),
		AccountNumber:   int64(e.Account),
		Actor:           e.Actor,
		ClientAddress:   e.Address,
		RequestID:       e.RequestID,
		Timestamp:       e.Timestamp.UnixMicro(),
		Count:           e.Count,
		ServerRequestID: e.ServerRequestID,
		Detail:          e.Detail,
		Sequence:        e.Sequence,
		PreviousHash:    e.Previous[:],
		Hash:            e.Hash[:],
	}
}

// AppendEvent gives an event its place after the end of the trail, and moves the end to it.
func AppendEvent(end *db.LockEventChainRow, e *audit.Event) {
	e.Sequence = end.Sequence + 1
	copy(e.Previous[:], end.Hash)
	e.Hash = e.ChainHash()
	end.Sequence, end.Hash = e.Sequence, e.Hash[:]
}

// EventOf returns the event in a row.
func EventOf(row *db.Event) audit.Event {
	e := audit.Event{
		ID:              row.ID,
		Type:            audit.EventType(row.EventType),
		Account:         ledger.AccountNumber(row.AccountNumber),
		Actor:           row.Actor,
		Address:         row.ClientAddress,
		RequestID:       row.RequestID,
		ServerRequestID: row.ServerRequestID,
		Timestamp:       time.UnixMicro(row.Timestamp).UTC(),
		Count:           row.Count,
		Detail:          row.Detail,
		Sequence:        row.Sequence,
	}
	copy(e.Previous[:], row.PreviousHash)
	copy(e.Hash[:], row.Hash)
	return e
}
