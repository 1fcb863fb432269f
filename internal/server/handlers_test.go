package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestEachTagHasAFile: the handlers of a tag of the contract are in the file that is named after it, and in no other.
func TestEachTagHasAFile(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	tags := map[string]string{}
	for id, operation := range contractOperations(t) {
		require.Len(t, operation.Tags, 1, id)
		tags[strings.ToUpper(id[:1])+id[1:]] = strings.ReplaceAll(strings.ToLower(operation.Tags[0]), " ", "_") + ".go"
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	handlers := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declared := range file.Decls {
			method, is := declared.(*ast.FuncDecl)
			if is && method.Recv != nil && tags[method.Name.Name] != "" && !strings.HasSuffix(name, "_test.go") {
				handlers[method.Name.Name] = name
			}
		}
	}
	require.Equal(t, tags, handlers)
}
