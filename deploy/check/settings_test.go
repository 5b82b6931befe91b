package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryCredentialMayComeFromAFile: a secret in an environment is seen by whoever may look at the process, and is inherited by
// every program that it starts.
func TestEveryCredentialMayComeFromAFile(t *testing.T) {
	all, err := Settings(root)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile(filepath.Join(root, "docs", "deploy.md"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for program, settings := range all {
		if lacking := WithoutFile(settings); len(lacking) > 0 {
			t.Errorf("%s: no file can hold %v", program, lacking)
		}
		for _, name := range settings {
			if !credential.MatchString(name) {
				continue
			}
			checked++
			if !strings.Contains(string(docs), "`"+name+"_FILE`") {
				t.Errorf("docs/deploy.md does not name %s_FILE", name)
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d settings were taken for credentials", checked)
	}
	if lacking := WithoutFile([]string{"X_TOKEN", "Y_TOKEN", "Y_TOKEN_FILE", "X_LEVEL"}); !slices.Equal(lacking, []string{"X_TOKEN"}) {
		t.Errorf("a credential without a file is not found: %v", lacking)
	}
}
