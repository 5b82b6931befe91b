package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"autointel.example/bench/render"
	"autointel.example/internal/program"
)

// output is where figures go to; every command that measures more than one thing has it.
type output struct {
	Out     string `help:"Also write NAME.json, NAME.md and NAME.svg into this directory, NAME being the command's." type:"path"`
	Format  string `help:"What is printed: json or markdown." enum:"json,markdown" default:"json"`
	Section string `help:"Also put the Markdown between the markers of this command's section in this file." type:"path" placeholder:"FILE"`
	Machine string `help:"What to call this machine. Default: its processor, cores, memory and kernel." placeholder:"NAME"`
}

func (o output) origin(name string) render.Origin {
	command := "go run ./bench " + strings.Join(os.Args[1:], " ")
	if len(os.Args) < 2 || !strings.HasPrefix(name, os.Args[1]) {
		command = "go run ./bench " + name
	}
	return render.NewOrigin(command, o.Machine, time.Now())
}

// write prints the figures and puts them into files. Without a chart there is no NAME.svg.
func (o output) write(s streams, name string, figures any, markdown, chart string) error {
	content, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	content = append(content, '\n')
	if o.Format == "markdown" {
		fmt.Fprint(s.out, markdown)
	} else {
		fmt.Fprintf(s.err, "\n%s\n", markdown)
		if _, err := s.out.Write(content); err != nil {
			return err
		}
	}
	if o.Section != "" {
		if err := render.WriteSection(o.Section, name, markdown+o.picture(name, chart)); err != nil {
			return err
		}
	}
	if o.Out == "" {
		return nil
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil { //nolint:gosec // documents
		return &program.UsageError{Err: fmt.Errorf("--out: %w", err)}
	}
	for extension, text := range map[string][]byte{"json": content, "md": []byte(markdown), "svg": []byte(chart)} {
		if len(text) == 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(o.Out, name+"."+extension), text, 0o644); err != nil { //nolint:gosec // documents
			return err
		}
	}
	return nil
}

// picture shows the chart in the section, by its path from there; nothing if there is no chart or it is in no file.
func (o output) picture(name, chart string) string {
	if o.Out == "" || chart == "" {
		return ""
	}
	path, err := filepath.Rel(filepath.Dir(o.Section), filepath.Join(o.Out, name+".svg"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("\n![the same as a chart](%s)\n", filepath.ToSlash(path))
}
