package ledger_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ids  = byte(0)
)

// newID returns ids in order. The bank's are UUIDs of version 7.
func newID() uuid.UUID {
	ids++
	return uuid.UUID{15: ids}
}

// opened returns an account with some money.
func opened(number ledger.AccountNumber, deposit ledger.Money) ledger.Account {
	entries, err := ledger.Decide(
		ledger.Posting{ID: newID(), Type: ledger.TypeAccountOpened, Account: number, Amount: deposit, Time: noon},
		map[ledger.AccountNumber]ledger.Account{number: {Number: number, Currency: "USD"}})
	if err != nil {
		panic(err)
	}
	return entries[0].State()
}

// A deposit goes in with the state of its account, and the account's next entry comes out.
func ExampleDecide() {
	ada := opened(481207359144, 100_00)
	deposit := ledger.Posting{
		ID: newID(), Type: ledger.TypeDeposit, Account: ada.Number, Amount: 12_50, Description: "Found in a coat", Time: noon.Add(time.Hour),
	}
	entries, err := ledger.Decide(deposit, map[ledger.AccountNumber]ledger.Account{ada.Number: ada})
	if err != nil {
		panic(err)
	}
	entry := entries[0]
	fmt.Println(entry.Sequence, ledger.FormatTime(entry.Timestamp), entry.BalanceAfter.Decimal(2), entry.Currency)
	// Output:
	// 2 2026-11-22T13:00:00.000000Z 112.50 USD
}

// A transfer is both legs or a refusal.
func ExampleDecide_transfer() {
	ada, bob := opened(481207359144, 100_00), opened(730164285195, 0)
	accounts := map[ledger.AccountNumber]ledger.Account{ada.Number: ada, bob.Number: bob}
	rent := ledger.Posting{
		ID: newID(), Type: ledger.TypeTransferOut, Account: ada.Number, Amount: 60_00, Description: "Rent", Time: noon,
		To: bob.Number, ToID: newID(), Transfer: newID(),
	}
	for range 2 {
		entries, err := ledger.Decide(rent, accounts)
		if refusal, refused := errors.AsType[*ledger.Refusal](err); refused {
			fmt.Println(refusal.Code)
			break
		}
		for _, entry := range entries {
			fmt.Println(entry.Type, entry.Account, entry.BalanceAfter.Decimal(2))
			accounts[entry.Account] = entry.State()
		}
	}
	// Output:
	// transfer_out 481207359144 40.00
	// transfer_in 730164285195 60.00
	// insufficient_funds
}

// A history proves itself: each entry must follow from the one before, and a changed one does not.
func ExampleEntry_Follows() {
	account := ledger.Account{Number: 481207359144, Currency: "USD"}
	var history []ledger.Entry
	state := account
	for i, kind := range []ledger.EntryType{ledger.TypeAccountOpened, ledger.TypeDeposit, ledger.TypeWithdrawal} {
		posting := ledger.Posting{ID: uuid.UUID{15: byte(i)}, Type: kind, Account: account.Number, Amount: 5_00, Time: noon}
		entries, err := ledger.Decide(posting, map[ledger.AccountNumber]ledger.Account{account.Number: state})
		if err != nil {
			panic(err)
		}
		history, state = append(history, entries[0]), entries[0].State()
	}

	prove := func() {
		at := account
		for i := range history {
			if reason := history[i].Follows(&at); reason != "" {
				fmt.Printf("entry %d: %s\n", i+1, reason)
				return
			}
			at = history[i].State()
		}
		fmt.Println("the history holds; the balance is", at.Balance.Decimal(2))
	}
	prove()
	history[1].Description = "Salary"
	prove()
	// Output:
	// the history holds; the balance is 5.00
	// entry 2: the hash does not match the entry and the previous one
}
