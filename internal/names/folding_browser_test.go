package names

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// The dashboard searches histories with the same folding as the bank, letter by letter.
func TestTheDashboardFoldsAsTheBankDoes(t *testing.T) {
	t.Parallel()
	texts := []string{"İbrahim Çelik", "ΟΔΥΣΣΕΥΣ", "Łukasz Żak-O’Neill, Jr.", "علی\u200cرضا كـريم", "ﾀﾅｶ ｶﾞﾌﾞ", "ज़ाकिर", "１２３٤", "🏠 %_\\", "葛\U000e0101城", "김철수"}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.In(r, unicode.L, unicode.M, unicode.N) && !unicode.In(r, unicode.Unified_Ideograph, unicode.Hangul) {
			texts = append(texts, string(r))
		}
	}
	input, err := json.Marshal(texts)
	require.NoError(t, err)
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", `
		import { fold } from '../../web/app/js/folding.js';
		let text = '';
		for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
		process.stdout.write(JSON.stringify(JSON.parse(text).map(fold)));`)
	node.Stdin = bytes.NewReader(input)
	var problems bytes.Buffer
	node.Stderr = &problems
	output, err := node.Output()
	require.NoError(t, err, problems.String())
	var folded []string
	require.NoError(t, json.Unmarshal(output, &folded))
	require.Len(t, folded, len(texts))
	for i, text := range texts {
		if folded[i] != Fold(text) {
			t.Errorf("%q (%U): %q in the dashboard, %q in the bank", text, []rune(text), folded[i], Fold(text))
		}
	}
}
