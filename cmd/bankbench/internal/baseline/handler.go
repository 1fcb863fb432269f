// Package baseline holds the least work that could replace the bank's: Echo without a bank, and SQLite without a bank. "bankbench --baseline"
// compares the bank with both.
package baseline

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
)

// Handler answers POST /accounts/{account_number}/transfer without doing anything: it decodes a request and encodes a fixed
// transaction. It measures what Echo alone costs.
func Handler() http.Handler {
	e := echo.New()
	transfer := uuid.MustParse("019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a91")
	e.POST("/accounts/:account_number/transfer", func(c echo.Context) error {
		var request api.TransferRequest
		if err := json.NewDecoder(c.Request().Body).Decode(&request); err != nil {
			return err
		}
		description := ""
		if request.Description != nil {
			description = *request.Description
		}
		return c.JSON(http.StatusCreated, api.Transaction{
			Id:                  uuid.MustParse("019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"),
			AccountNumber:       c.Param("account_number"),
			Sequence:            1,
			TransactionType:     api.TransferOut,
			Amount:              request.Amount,
			Currency:            "USD",
			Timestamp:           "2026-11-22T07:30:00.123456Z",
			Description:         description,
			TransferId:          &transfer,
			CounterpartyAccount: &request.ToAccount,
			Hash:                strings.Repeat("5f0c6b0a", 8),
		})
	})
	return e
}
