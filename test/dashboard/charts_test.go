package dashboard

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// noteLabels records where a chart writes its labels, in pixels of its canvas.
const noteLabels = `{
	const write = CanvasRenderingContext2D.prototype.fillText;
	window.labels = [];
	CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
		const at = this.getTransform().transformPoint({ x, y }), size = this.measureText(text);
		window.labels.push({ text, canvas: this.canvas, line: Math.round(at.y), left: at.x - size.actualBoundingBoxLeft, right: at.x + size.actualBoundingBoxRight });
		return write.apply(this, arguments);
	};
	window.faultyLabels = () => {
		const canvas = document.querySelector('[role=img] canvas');
		const shown = new Map(window.labels.filter(l => l.canvas === canvas).map(l => [l.line + ' ' + Math.round(l.left), l]));
		const labels = [...shown.values()].sort((a, b) => a.line - b.line || a.left - b.left);
		if (labels.length < 4) return ['only ' + labels.length + ' labels'];
		return labels.flatMap((l, i) => [
			...(l.left < -1 || l.right > canvas.width + 1 ? [l.text + ' is cut'] : []),
			...(labels[i - 1]?.line === l.line && labels[i - 1].right > l.left ? [l.text + ' lies on ' + labels[i - 1].text] : []),
		]);
	};
}`

// TestChartsShowTheirLabelsWhole reads the axes of a chart of huge amounts in languages with long words for them.
func TestChartsShowTheirLabelsWhole(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	v := newPerson(t, p)
	v.stretch("XOF")
	v.onNewPages(noteLabels)
	v.dashboard("#/sign-in")
	v.signIn(number, pin)
	for _, locale := range []string{"en-US", "de-DE", "bn-BD", "th-TH", "ar-EG"} {
		v.speak(locale, "XOF")
		v.dashboard("#/overview")
		for _, size := range []string{"100%", "200%"} {
			read(v.browser, chromedp.Evaluate[bool](`(document.documentElement.style.fontSize = `+quote(size)+`, true)`))
			for _, width := range []int64{1280, 640, 320} {
				v.show(width, "light")
				v.until(`document.querySelector('[role=img] canvas').width === document.querySelector('[role=img]').clientWidth`, "the chart to be as wide as its place")
				require.Empty(t, read(v.browser, chromedp.Evaluate[[]string](`faultyLabels()`)), "%s, text %s, %d px", locale, size, width)
			}
		}
	}
}
