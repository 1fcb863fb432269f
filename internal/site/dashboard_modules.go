package site

import (
	"path"
	"slices"
	"strings"
)

// modulesBehind returns the modules that a module needs before it can run, without the module itself.
func modulesBehind(first string, contents map[string][]byte) []string {
	needed := []string{first}
	for i := 0; i < len(needed); i++ {
		for line := range strings.Lines(string(contents[needed[i]])) {
			from, ok := staticImport(line)
			if module := path.Join(path.Dir(needed[i]), from); ok && !slices.Contains(needed, module) {
				needed = append(needed, module)
			}
		}
	}
	return needed[1:]
}

// staticImport returns the module that a line imports, relative to its own, if the browser follows the import when it loads the module,
// and not when the module's code runs.
func staticImport(line string) (module string, ok bool) {
	if !strings.HasPrefix(line, "import ") && !strings.HasPrefix(line, "export ") {
		return "", false
	}
	_, from, _ := strings.Cut(line, "from '.")
	module, ok = strings.CutSuffix(from, "';\n")
	return "." + module, ok
}

// withoutComments returns a module without its comment lines, which are a quarter of the modules' bytes on a first visit. Empty lines
// replace them, so that error messages name the lines of the source. It recognizes the forms that the modules use: a comment begins a
// line, with // or with the two stars of JSDoc.
func withoutComments(module []byte) []byte {
	var kept strings.Builder
	inside := false
	for line := range strings.Lines(string(module)) {
		text := strings.TrimSpace(line)
		begins := !inside && strings.HasPrefix(text, "/**")
		comment := inside || begins || strings.HasPrefix(text, "//")
		if inside || begins {
			_, after, ends := strings.Cut(text, "*/")
			inside, comment = !ends, after == "" // after a cast, code follows on the same line
		}
		if comment {
			line = "\n"
		}
		kept.WriteString(line)
	}
	return []byte(kept.String())
}
