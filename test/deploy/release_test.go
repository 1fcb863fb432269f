package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestImagesAreNamedByExactVersion: an image changes only when a person changes its line.
func TestImagesAreNamedByExactVersion(t *testing.T) {
	t.Parallel()
	files := bankcoretest.File(t, "compose.yaml") + bankcoretest.File(t, "Dockerfile")
	named := regexp.MustCompile(`(?m)^(?:\s*image: |ARG GO_IMAGE=)([\w./-]+:\S+)`).FindAllStringSubmatch(files, -1)
	require.Len(t, named, 4, "the database, the balancer, Prometheus, Go")
	for _, image := range named {
		require.Regexp(t, `^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?(@sha256:[0-9a-f]{64})?$`, image[1])
		_, tag, _ := strings.Cut(image[1], ":")
		if !strings.HasPrefix(image[1], "postgres:") { // PostgreSQL's versions have two numbers
			require.Equal(t, 2, strings.Count(tag, "."), image[1])
		}
	}
}

var staticFlags = regexp.MustCompile(`-tags '[^']*'|-ldflags '[^']*'|-trimpath|-buildvcs=false`)

// TestTheImageIsBuiltAsARelease: both are the same static binary.
func TestTheImageIsBuiltAsARelease(t *testing.T) {
	t.Parallel()
	image := staticFlags.FindAllString(bankcoretest.File(t, "Dockerfile"), -1)
	_, release, _ := strings.Cut(bankcoretest.File(t, "Makefile"), "\nSTATIC := ")
	release, _, _ = strings.Cut(release, ".PHONY")
	require.Len(t, image, 4)
	require.Equal(t, image, staticFlags.FindAllString(release, -1))
}

// TestWhatThePagesHaveIsOnTheListOfParts finds each package that is copied from npm, in the version that is committed.
func TestWhatThePagesHaveIsOnTheListOfParts(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "list.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"metadata": {"component": {"bom-ref": "bank"}, "tools": [{"name": "t", "hashes": [1]}]},
		"components": [], "dependencies": [{"ref": "bank", "dependsOn": []}]}`), 0o600))
	output, err := exec.CommandContext(t.Context(), "node", "../../web/tools/sbom.mjs", file).CombinedOutput()
	require.NoError(t, err, string(output))
	var list struct {
		Components   []struct{ Name, Version, Purl string }
		Dependencies []struct{ DependsOn []string }
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &list))
	require.NotContains(t, string(text), "hashes", "the tool's own hashes differ from machine to machine")
	listed := map[string]string{}
	for i, part := range list.Components {
		listed[part.Name] = part.Version
		require.Equal(t, part.Purl, list.Dependencies[0].DependsOn[i])
	}
	_, vendor, _ := strings.Cut(bankcoretest.File(t, "Makefile"), "\nvendor: ")
	vendor, _, _ = strings.Cut(vendor, "\n\n")
	for _, name := range regexp.MustCompile(`node_modules/(@[\w-]+/[\w-]+|[\w-]+)/`).FindAllStringSubmatch(vendor, -1) {
		require.Contains(t, bankcoretest.File(t, "web/package.json"), fmt.Sprintf("%q: %q", name[1], listed[name[1]]))
	}
}

// TestLookingForKnownVulnerabilities: a finding fails the check; trouble with the network does not, but is reported.
func TestLookingForKnownVulnerabilities(t *testing.T) {
	t.Parallel()
	list := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(list, "index"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(list, "index", "db.json"), []byte(`{}`), 0o600))
	checker, err := filepath.Abs("testdata/govulncheck")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		list   string
		ends   int // the checker's exit code
		status int
		says   string
	}{
		"nothing is found":            {"file://" + list, 0, 0, ""},
		"something is called":         {"file://" + list, 3, 1, "GO-2099-0001"},
		"the check itself fails":      {"file://" + list, 1, 0, "NOT CHECKED"},
		"the list cannot be reached":  {"http://127.0.0.1:9", 3, 0, "NOT CHECKED"},
		"there is no such list there": {"file://" + t.TempDir(), 3, 0, "NOT CHECKED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := exec.CommandContext(t.Context(), "../../.ci/vulnerabilities")
			check.Env = append(os.Environ(), "GOVULNDB="+c.list, "GOVULNCHECK="+checker, fmt.Sprint("ENDS_WITH=", c.ends))
			output, _ := check.CombinedOutput()
			require.Equal(t, c.status, check.ProcessState.ExitCode(), string(output))
			require.Contains(t, string(output), c.says)
		})
	}
}

// TestImageGoVersion: the image is built with the version of Go that everything is tested with.
func TestImageGoVersion(t *testing.T) {
	t.Parallel()
	module := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(bankcoretest.File(t, "go.mod"))
	image := regexp.MustCompile(`(?m)^ARG GO_IMAGE=golang:([0-9.]+)-\w+$`).FindStringSubmatch(bankcoretest.File(t, "Dockerfile"))
	require.NotNil(t, module)
	require.NotNil(t, image)
	require.Equal(t, module[1], image[1])
}
