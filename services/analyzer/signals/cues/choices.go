package cues

import (
	"slices"
	"strings"
)

// fewChoices are multiplied out; more become a list, so that a cue of three choices of fifty is no tree of 125,000 leaves.
const fewChoices = 4

// folded replaces the choices of a phrase that are many and plain by lists, which are kept in lists. Where a phrase begins they stay: a list
// there would be looked into at every word of a text.
func (l *Lexicon) folded(phrase string, lists map[string]*node) (string, error) {
	var out strings.Builder
	for {
		open := strings.Index(phrase, "(")
		if open < 0 {
			out.WriteString(phrase)
			return out.String(), nil
		}
		_, rest := choice(phrase[open:])
		group := phrase[open : len(phrase)-len(rest)]
		out.WriteString(phrase[:open])
		begins := strings.TrimSpace(out.String()) == ""
		phrase = rest
		if begins || !aWord(out.String(), rest) {
			out.WriteString(group)
			continue
		}
		name, err := l.listOf(group, lists)
		if err != nil {
			return "", err
		}
		out.WriteString(name)
	}
}

// listOf returns what a choice is written as: the name of a list of its phrases, or the choice itself.
func (l *Lexicon) listOf(group string, lists map[string]*node) (string, error) {
	all := choices(group)
	plain := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(plain) <= fewChoices || slices.ContainsFunc(plain, func(s string) bool {
		return strings.ToLower(s) != s || strings.ContainsAny(s, "<") || strings.Contains(s, "..")
	}) {
		return group, nil
	}
	name := "<" + strings.ReplaceAll(strings.Join(plain, "/"), " ", "_") + ">"
	if lists[name] == nil {
		list := &node{}
		for _, one := range plain {
			if err := l.list(list, one); err != nil {
				return "", err
			}
		}
		lists[name] = list
	}
	if len(plain) < len(all) {
		return "(" + name + "|)", nil
	}
	return name, nil
}

// aWord reports whether what stands between two parts of a phrase is whole words.
func aWord(before, after string) bool {
	return strings.HasSuffix(before, " ") && (after == "" || after[0] == ' ')
}

// choices writes a phrase out once for each of its choices. A choice may hold others.
func choices(phrase string) []string {
	open := strings.Index(phrase, "(")
	if open < 0 {
		return []string{phrase}
	}
	of, rest := choice(phrase[open:])
	var all []string
	for _, one := range of {
		all = append(all, choices(phrase[:open]+one+rest)...)
	}
	return all
}

// choice returns what the choice at the beginning of s is of, and what follows it.
func choice(s string) (of []string, rest string) {
	depth, from := 0, 1
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(':
			depth++
		case depth == 1 && c == '|':
			of, from = append(of, s[from:i]), i+1
		case depth == 1 && c == ')':
			return append(of, s[from:i]), s[i+1:]
		case c == ')':
			depth--
		}
	}
	return append(of, s[from:]), ""
}
