package checker

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// The types of entries, as the contract names them.
const (
	Opened      = "account_opened"
	Deposit     = "deposit"
	Withdrawal  = "withdrawal"
	TransferIn  = "transfer_in"
	TransferOut = "transfer_out"
)

// Entry is one entry of a history, as in the contract. Every member is part of the hash.
type Entry struct {
	ID           string `json:"id"`
	Account      string `json:"account_number"`
	Sequence     int64  `json:"sequence"`
	Type         string `json:"transaction_type"`
	Amount       int64  `json:"amount"`
	Currency     string `json:"currency"`
	BalanceAfter int64  `json:"balance_after"`
	Timestamp    string `json:"timestamp"`
	Description  string `json:"description"`
	Transfer     string `json:"transfer_id"`
	Counterparty string `json:"counterparty_account"`
	Hash         string `json:"hash"`
}

// noHash is used as the previous hash of a first entry.
var noHash = strings.Repeat("0", 2*sha256.Size)

// ChainHash computes the hash by the contract's recipe, and was written from its text alone.
func (e *Entry) ChainHash(previous string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		previous, e.ID, e.Account, strconv.FormatInt(e.Sequence, 10), e.Type, strconv.FormatInt(e.Amount, 10), e.Currency,
		strconv.FormatInt(e.BalanceAfter, 10), e.Timestamp, e.Transfer, e.Counterparty, e.Description,
	}, "\n")))
	return hex.EncodeToString(sum[:])
}

// Change returns what the entry adds to its account's balance.
func (e *Entry) Change() int64 {
	if e.Type == Withdrawal || e.Type == TransferOut {
		return -e.Amount
	}
	return e.Amount
}
