package ledger

import "strings"

// Money comes in and goes out by deposits, withdrawals and initial deposits. Each names what it is settled against, and the sum of its
// entries is that side's balance: no account and no row of its own, which every deposit would have to wait for.

// SettledInCash is the settlement code of entries that name none.
const SettledInCash = "cash"

// Settlements are the codes that every bank has. A bank can have others in addition.
func Settlements() []string {
	return []string{SettledInCash, "bank", "card", "fees", "interest", "suspense"}
}

const maxSettlement = 16

// CheckSettlement returns an error unless a code can be one: up to 16 of the letters a to z.
func CheckSettlement(code string) error {
	if !validSettlement(code) {
		return Invalid("/via", "must be 1 to 16 of the letters a to z")
	}
	return nil
}

func validSettlement(code string) bool {
	return code != "" && len(code) <= maxSettlement && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") == ""
}

// settles reports whether entries of this type and amount bring money in or take it out.
func (t EntryType) settles(amount Money) bool {
	return t == TypeDeposit || t == TypeWithdrawal || t == TypeAccountOpened && amount > 0
}

// SettledAgainst returns what the entry is settled against, or "" if it moves money between accounts, or none.
func (e *Entry) SettledAgainst() string {
	if e.Via == "" && e.Type.settles(e.Amount) {
		return SettledInCash
	}
	return e.Via
}
