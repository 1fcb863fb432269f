package storetest

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Concurrent marks a test in which several transactions run at once. Such tests run at each isolation level; for the others the level
// makes no difference. The mark is read from the source before any test runs.
func Concurrent(tb testing.TB) {
	tb.Helper()
	if strings.Contains(tb.Name(), "/") {
		tb.Fatal("storetest.Concurrent marks whole tests, not subtests")
	}
}

// concurrent returns a pattern of the marked tests of the package in the working directory, which go test sets.
func concurrent() (string, error) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		return "", err
	}
	var marked []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return "", err
		}
		for _, declared := range file.Decls {
			if test, ok := declared.(*ast.FuncDecl); ok && isMarked(test) {
				marked = append(marked, test.Name.Name)
			}
		}
	}
	if len(marked) == 0 {
		return "", errors.New("no test is marked with storetest.Concurrent")
	}
	return "^(" + strings.Join(marked, "|") + ")$", nil
}

func isMarked(test *ast.FuncDecl) bool {
	marked := false
	ast.Inspect(test, func(node ast.Node) bool {
		if called, ok := node.(*ast.SelectorExpr); ok && called.Sel.Name == "Concurrent" {
			from, _ := called.X.(*ast.Ident)
			marked = marked || from != nil && from.Name == "storetest"
		}
		return !marked
	})
	return marked
}
