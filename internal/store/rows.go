package store

import (
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// EntryOf returns the entry in a row.
func EntryOf(row *db.Transaction) ledger.Entry {
	e := ledger.Entry{
		ID:           row.ID,
		Account:      ledger.AccountNumber(row.AccountNumber),
		Sequence:     row.Sequence,
		Type:         ledger.EntryType(row.TransactionType),
		Amount:       ledger.Money(row.Amount),
		Currency:     row.Currency,
		BalanceAfter: ledger.Money(row.BalanceAfter),
		Timestamp:    time.UnixMicro(row.Timestamp).UTC(),
		Description:  row.Description,
	}
	copy(e.Hash[:], row.Hash)
	if row.PreviousID != nil {
		e.Previous = *row.PreviousID
	}
	if row.TransferID != nil {
		e.Transfer = *row.TransferID
	}
	if row.CounterpartyAccount != nil {
		e.Counterparty = ledger.AccountNumber(*row.CounterpartyAccount)
	}
	return e
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
