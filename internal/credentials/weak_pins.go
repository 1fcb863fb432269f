package credentials

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"
)

// IsPIN reports whether a text has the form of a PIN: 4 to 12 digits.
func IsPIN(text string) bool { return len(text) >= 4 && len(text) <= 12 && allDigits(text) }

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// IsWeakPIN reports whether a PIN is one that an attacker tries first: a date or a year, digits that repeat or follow a
// pattern, or one of the most used. docs/decisions/0052-weak-pins.md says why these are the rules and what they cost.
func IsWeakPIN(pin string) bool {
	for _, weak := range []func(pin string) bool{
		startsWithZeros, isYear, isDate, isSteps, isRepeated, isGrouped, isKeypadPath, isKeypadLines, isKeypadSquare, isCommon,
	} {
		if weak(pin) {
			return true
		}
	}
	return false
}

func startsWithZeros(pin string) bool { return strings.HasPrefix(pin, "00") }

// Years in which customers, or people close to them, may have been born, married or hired.
const firstYear, lastYear = 1900, 2029

func isYear(pin string) bool { return parsesAs(pin, "2006") }

// isDate reports whether a PIN is a date in one of the orders that people write, with or without leading zeros.
func isDate(pin string) bool {
	switch len(pin) {
	case 4:
		return parsesAs(pin, "0201", "0102")
	case 6:
		short := []string{"0" + pin[:1] + "0" + pin[1:], pin[:4] + "0" + pin[4:5] + "0" + pin[5:]} // 151984, 198415
		return parsesAs(pin, "020106", "010206", "060102", "012006", "200601") || isDate(short[0]) || isDate(short[1])
	case 7:
		for _, at := range []int{0, 2, 4, 6} {
			if isDate(pin[:at] + "0" + pin[at:]) {
				return true
			}
		}
	case 8:
		return parsesAs(pin, "02012006", "01022006", "20060102")
	}
	return false
}

// parsesAs reports whether a PIN is a date in one of the layouts. If the layout has a four-digit year, it must be one that a
// customer may remember.
func parsesAs(pin string, layouts ...string) bool {
	for _, layout := range layouts {
		date, err := time.Parse(layout, pin)
		if err == nil && (!strings.Contains(layout, "2006") || date.Year() >= firstYear && date.Year() <= lastYear) {
			return true
		}
	}
	return false
}

// isSteps reports whether all steps from one digit to the next are equal: 1111, 1234, 9630, and 8901, which wraps around.
func isSteps(pin string) bool {
	step := func(i int) byte { return (pin[i] - pin[i-1] + 10) % 10 }
	for i := 2; i < len(pin); i++ {
		if step(i) != step(1) {
			return false
		}
	}
	return true
}

// isRepeated reports whether a PIN repeats its beginning, the last time possibly cut short: 1212, 12121, 482482.
func isRepeated(pin string) bool {
	for period := 1; period <= len(pin)/2; period++ {
		if strings.HasPrefix(pin, pin[period:]) {
			return true
		}
	}
	return false
}

// isGrouped reports whether a PIN is made of equal digits in groups of one size: 1122, 111222, 112233.
func isGrouped(pin string) bool {
	for size := 2; size <= len(pin)/2; size++ {
		grouped := len(pin)%size == 0
		for i := range pin {
			grouped = grouped && pin[i] == pin[i-i%size]
		}
		if grouped {
			return true
		}
	}
	return false
}

// keypadNeighbours are the keys beside, above and below each key. The zero is below a whole row: 7 8 9 on a telephone, 1 2 3
// on a keyboard.
var keypadNeighbours = [10]string{"123789", "024", "0135", "026", "157", "2468", "359", "048", "0579", "068"}

func isKeypadPath(pin string) bool {
	for i := 1; i < len(pin); i++ {
		if !strings.Contains(keypadNeighbours[pin[i-1]-'0'], pin[i:i+1]) {
			return false
		}
	}
	return true
}

// keypadLines are the rows, columns and diagonals of a keypad, in either direction.
var keypadLines = strings.Fields("123 321 456 654 789 987 147 741 258 852 369 963 159 951 357 753")

// isKeypadLines reports whether a PIN is one line after another, the last possibly cut short: 159357, 14736.
func isKeypadLines(pin string) bool {
	for ; len(pin) > 3; pin = pin[3:] {
		if !startsLine(pin[:3]) {
			return false
		}
	}
	return len(pin) > 1 && startsLine(pin)
}

func startsLine(digits string) bool {
	for _, line := range keypadLines {
		if strings.HasPrefix(line, digits) {
			return true
		}
	}
	return false
}

// isKeypadSquare reports whether a PIN visits each corner, or each side, of the keypad once: 1397, 2684.
func isKeypadSquare(pin string) bool {
	keys := []byte(pin)
	slices.Sort(keys)
	return string(keys) == "1379" || string(keys) == "2468"
}

//go:embed common_pins.txt
var commonPinsFile string

// commonPins are the most used PINs; the file names their source.
var commonPins = sync.OnceValue(func() map[string]bool {
	pins := map[string]bool{}
	for line := range strings.Lines(commonPinsFile) {
		if !strings.HasPrefix(line, "#") {
			for _, pin := range strings.Fields(line) {
				pins[pin] = true
			}
		}
	}
	return pins
})

func isCommon(pin string) bool { return commonPins()[pin] }
