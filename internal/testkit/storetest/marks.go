package storetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The marks of a test are read from the source before any test runs.

// Concurrent marks a test in which several requests or transactions run at once. Such tests run at each isolation level, and with the
// race detector; for the others neither makes a difference.
func Concurrent(tb testing.TB) { tb.Helper(); requireWhole(tb, "Concurrent") }

// OneEngine marks a test whose subject is above the database, such as the headers of an answer or how a PIN is hashed. Unless every engine
// is asked for, it runs on SQLite only.
func OneEngine(tb testing.TB) { tb.Helper(); requireWhole(tb, "OneEngine") }

func requireWhole(tb testing.TB, mark string) {
	tb.Helper()
	if strings.Contains(tb.Name(), "/") {
		tb.Fatalf("storetest.%s marks whole tests, not subtests", mark)
	}
}

// marked returns a pattern of the tests that have a mark, in the package in the working directory, which go test sets. Without any, the
// pattern matches no test.
func marked(mark string) (string, error) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		return "", err
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return "", err
		}
		for _, declared := range file.Decls {
			if test, ok := declared.(*ast.FuncDecl); ok && hasMark(test, mark) {
				names = append(names, test.Name.Name)
			}
		}
	}
	return "^(" + strings.Join(names, "|") + ")$", nil
}

func hasMark(test *ast.FuncDecl, mark string) bool {
	found := false
	ast.Inspect(test, func(node ast.Node) bool {
		if called, ok := node.(*ast.SelectorExpr); ok && called.Sel.Name == mark {
			from, _ := called.X.(*ast.Ident)
			found = found || from != nil && from.Name == "storetest"
		}
		return !found
	})
	return found
}
