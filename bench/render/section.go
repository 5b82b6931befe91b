package render

import (
	"fmt"
	"os"
	"strings"
)

// WriteSection replaces what stands between the markers of a section in a Markdown file, and leaves all else as it is. The
// markers are comments of their own lines, <!-- begin NAME --> and <!-- end NAME -->.
func WriteSection(file, name, text string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	replaced, err := Section(string(content), name, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(replaced), 0o644) //nolint:gosec // a document
}

// Section is a document with the text of a section replaced.
func Section(document, name, text string) (string, error) {
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(document, begin)
	if !ok {
		return "", fmt.Errorf("there is no line %q: put it, and %q, where the figures are to stand", strings.TrimSpace(begin), end)
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("after %q there is no line %q: put it where the figures are to end", strings.TrimSpace(begin), end)
	}
	return before + begin + strings.TrimSpace(text) + "\n" + end + after, nil
}
