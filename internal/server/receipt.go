package server

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// receipt is the answer to a deposit, a withdrawal, a transfer, a reversal or the capture of a hold. The generated answers would encode the same bytes through a struct of
// texts, at three times the cost.
type receipt struct {
	bank.Receipt
	location string
}

func (s *Server) receipt(r bank.Receipt) receipt {
	var buffer [128]byte
	location := r.Transaction.Account.AppendDigits(append(append(buffer[:0], s.base...), "/accounts/"...))
	return receipt{r, string(ledger.AppendID(append(location, "/transactions/"...), r.Transaction.ID))}
}

// VisitDepositResponse writes the answer to a deposit.
func (r receipt) VisitDepositResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitWithdrawResponse writes the answer to a withdrawal.
func (r receipt) VisitWithdrawResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitTransferResponse writes the answer to a transfer.
func (r receipt) VisitTransferResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitReverseTransactionResponse writes the answer to a reversal.
func (r receipt) VisitReverseTransactionResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitCaptureHoldResponse writes the answer to the capture of a hold.
func (r receipt) VisitCaptureHoldResponse(w http.ResponseWriter) error { return r.write(w) }

var (
	jsonType = []string{echo.MIMEApplicationJSON}
	bodies   = sync.Pool{New: func() any { return new([1024]byte) }}
)

func (r receipt) write(w http.ResponseWriter) error {
	pooled := bodies.Get().(*[1024]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer bodies.Put(pooled)
	body := append(appendEntry(pooled[:0], &r.Transaction), '\n')
	header := w.Header()
	header[echo.HeaderContentType], header[echo.HeaderLocation] = jsonType, []string{r.location}
	if r.Replayed {
		header.Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(http.StatusCreated)
	_, err := w.Write(body)
	return err
}

// appendEntry appends what encoding/json makes of transactionOf.
func appendEntry(body []byte, e *ledger.Entry) []byte {
	body = e.Account.AppendDigits(append(body, `{"account_number":"`...))
	body = strconv.AppendInt(append(body, `","amount":`...), int64(e.Amount), 10)
	body = strconv.AppendInt(append(body, `,"balance_after":`...), int64(e.BalanceAfter), 10)
	if e.Transfer != uuid.Nil {
		body = append(e.Counterparty.AppendDigits(append(body, `,"counterparty_account":"`...)), '"')
	}
	body = appendText(append(body, `,"currency":`...), e.Currency)
	body = appendText(append(body, `,"description":`...), e.Description)
	body = hex.AppendEncode(append(body, `,"hash":"`...), e.Hash[:])
	if e.Hold != uuid.Nil {
		body = ledger.AppendID(append(body, `","hold_id":"`...), e.Hold)
	}
	body = append(ledger.AppendID(append(body, `","id":"`...), e.ID), '"')
	if e.Reference != "" {
		body = appendText(append(body, `,"reference":`...), e.Reference)
	}
	if e.Reverses != uuid.Nil {
		body = append(ledger.AppendID(append(body, `,"reverses_id":"`...), e.Reverses), '"')
	}
	body = strconv.AppendInt(append(body, `,"sequence":`...), e.Sequence, 10)
	body = ledger.AppendTime(append(body, `,"timestamp":"`...), e.Timestamp)
	body = appendText(append(body, `","transaction_type":`...), string(e.Type))
	if e.Transfer != uuid.Nil {
		body = append(ledger.AppendID(append(body, `,"transfer_id":"`...), e.Transfer), '"')
	}
	if e.Via != "" {
		body = appendText(append(body, `,"via":`...), e.Via)
	}
	return append(body, '}')
}

// appendText appends a JSON string. encoding/json knows what to escape; most texts need none of it.
func appendText(body []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			encoded, err := json.Marshal(text)
			if err != nil {
				panic(err) // every string can be encoded
			}
			return append(body, encoded...)
		}
	}
	return append(append(append(body, '"'), text...), '"')
}
