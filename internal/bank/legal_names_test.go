package bank

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// Each of these is a form in which people or organisations are named, and is stored as typed.
func TestAnAccountOpensUnderALegalName(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, name := range []string{
		"Gal·la Puig", "买买提·艾力", "买买提•艾力", "大山・花子", "大山･花子", "ジャン＝ジャック・ルソー", "བསྟན་འཛིན་", // middle dots
		"Anne‐Marie", "Jean‑Luc", "Jean–Luc", "Anne－Marie", "Անի֊Մարի", "בן־גוריון", "ᐊᓐᓂ᐀ᒪᕆ", "ᠠ᠆ᠠ", // hyphens
		"O‘tkir Qizi", "O’Brien", "OʻZbek", "Oʼtkir", "O＇Brien", "O´Brien", "O′Brien", "ג׳ורג׳ כהן", "צה״ל", // apostrophes
		"ශ්\u200dරීමාල් පෙරේරා", "علی\u200cرضا رضایی", "ഷാജഹാന്\u200d", "ক্\u200cষিতি", "क्\u200dषमा", // joiners
		"葛\U000e0101城", "ᠪ\u180bᠠ", "ᠠ\u180eᠠ", // variants
		"Otto Lind, Jr.", "محمد، علی", "डॉ॰ वर्मा", "株式会社山田（東京）", "一〇商店", // commas and stops
		"Lind & Sons Ltd", "Lind＆Sons", "A/S Norden", "Lind (Holding) AG", "(Lind)", "Müller + Söhne", "Yahoo! Inc.", "ООО «Ромашка»", "Дом № 7",
		"3B", "7-Eleven", "٣ب", "३ मित्र", "２４時間", // digits
		"\U0001e900\U0001e922", "\U00020bb7野家", "\U00011d60", // outside the basic plane
	} {
		got, err := holderName(name)
		require.NoError(t, err, name)
		require.Equal(t, name, got)
	}
}

// Any name that is accepted is accepted again unchanged, can be found by searching for itself, and has a mask without stray
// joiners.
func TestAnAcceptedNameIsStable(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		name, err := holderName(rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-zèø'’·  ﹣\x{200c}\x{200d}क्षعلی٣３ー・&(]{1,20}`)).Draw(t, "text"))
		if err != nil {
			t.Skip()
		}
		again, err := holderName(name)
		require.NoError(t, err)
		require.Equal(t, name, again)
		require.NotEmpty(t, fold(name))
		require.Equal(t, fold(name), fold(fold(name)), "folding is idempotent")
	})
}

func TestAMaskKeepsTheMarksOfItsLetter(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for name, want := range map[string]string{
		"Ada Lovelace": "A••• L•••", "B2B Partners": "B••• P•••", "24 Seven": "S•••", "3B": "B•••", "(Lind) & Sons": "L••• S•••",
		"Z\u0308oe": "Z\u0308•••", "किरण शर्मा": "कि••• श•••", "ශ්\u200dරීමාල්": "ශ්\u200d•••", "Gal·la": "G•••", "葛\U000e0101城": "葛\U000e0101•••",
		"بن\u200cعلی": "ب•••", "«Ромашка»": "Р•••",
	} {
		require.Equal(t, want, maskName(name), name)
	}
}
