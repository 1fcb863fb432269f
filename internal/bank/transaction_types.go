package bank

import "slices"

// numberedTypes lists the types by the numbers under which the database stores them. The table transaction_types holds the same list,
// which a verification compares.
var numberedTypes = []TransactionType{1: TypeAccountOpened, 2: TypeDeposit, 3: TypeWithdrawal, 4: TypeTransferIn, 5: TypeTransferOut}

// number returns the number under which the database stores a type.
func (t TransactionType) number() int64 { return int64(slices.Index(numberedTypes, t)) }

// typeOf returns the type that the database stores under a number, or "" if there is none.
func typeOf(number int64) TransactionType {
	if number < 0 || number >= int64(len(numberedTypes)) {
		return ""
	}
	return numberedTypes[number]
}

// transfers reports whether entries of this type are legs of transfers.
func (t TransactionType) transfers() bool { return t == TypeTransferIn || t == TypeTransferOut }
