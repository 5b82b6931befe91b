// Package cues finds phrases in the sentences of a text that give something away: that a statement is hedged, reported, charged, for sale. The phrases
// of each language stand in a file of their own (lexica/en.txt and so on), for people to read and to extend:
//
//	# a comment
//	[hedge]                      the section that the phrases below belong to; its name is the code of a finding, or a help for others
//	may, might, it is unclear    phrases, with commas between them
//	suggest*                     any word that begins so
//	(many|some) experts          either of them; an empty choice leaves the word out, and a choice may hold others
//	<kin>: child, grand*         a list for the phrases below it; a list holds no list
//	your <kin>                   any phrase of the list
//	either we .. or              up to five words between
//	Ihnen                        a capital letter: only with it, and not where a sentence begins
//	~shocking                    weak: counts only with another cue of its section in the sentence, or with a cue of [heightening] next to it
//	-shocking pink               no cue, although a part of it would be one
package cues

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed lexica/*.txt
var files embed.FS

// languages are those with a file.
var languages = []string{"de", "en", "es", "fr", "it"}

// maxGap is how many words ".." stands for at most.
const maxGap = 5

// Lexicon holds the cues of one language. It is safe for use from several goroutines.
type Lexicon struct {
	Language string
	root     *node
	sections []string
}

// node is a place in the tree of phrases: what may follow.
type node struct {
	words    map[string]*node // whole words
	prefixes []prefix         // sorted
	gap      *node            // what may follow after up to maxGap words
	lists    []*link          // what may follow after a phrase of a list
	ends     []cue            // phrases that are complete here
	whole    bool             // in a list: a phrase of it is complete here
}

// link leads past any phrase of a list. Lists are kept apart, and are not multiplied out: a cue of three lists of fifty stays one.
type link struct{ list, next *node }

type prefix struct {
	text string
	next *node
}

type cue struct {
	section      string
	weak, except bool
}

// parsed reads each language when it is first asked for.
var parsed = func() map[string]func() *Lexicon {
	all := map[string]func() *Lexicon{}
	for _, language := range languages {
		all[language] = sync.OnceValue(func() *Lexicon {
			raw, err := files.ReadFile("lexica/" + language + ".txt")
			if err == nil {
				var l *Lexicon
				if l, err = Parse(language, string(raw)); err == nil {
					return l
				}
			}
			panic(err) // the files are part of the program, and each is read by a test
		})
	}
	return all
}()

// For returns the lexicon of a language; ok is false if there is none.
func For(language string) (l *Lexicon, ok bool) {
	read, ok := parsed[language]
	if !ok {
		return nil, false
	}
	return read(), true
}

// Parse reads a lexicon. The error names the line.
func Parse(language, content string) (*Lexicon, error) {
	l := &Lexicon{Language: language, root: &node{}}
	section, lists := "", map[string]*node{}
	for i, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
			l.sections = append(l.sections, section)
			continue
		case section == "":
			return nil, fmt.Errorf("cues of %s, line %d: a phrase before the first [section]", language, i+1)
		}
		add := func(phrase string) error { return l.add(section, phrase, lists) }
		if name, phrases, ok := strings.Cut(line, ">:"); ok && strings.HasPrefix(line, "<") {
			list := &node{}
			lists[name+">"], line = list, phrases
			add = func(phrase string) error { return l.list(list, phrase) }
		}
		for phrase := range strings.SplitSeq(line, ",") {
			if err := add(strings.TrimSpace(phrase)); err != nil {
				return nil, fmt.Errorf("cues of %s, line %d: %w", language, i+1, err)
			}
		}
	}
	l.root.sort()
	return l, nil
}

// list adds a phrase to a list.
func (l *Lexicon) list(list *node, phrase string) error {
	end, err := l.path(list, phrase, nil)
	if err == nil && end == list {
		err = fmt.Errorf("%q: an empty phrase would stand everywhere", phrase)
	}
	end.whole = true
	return err
}

func (l *Lexicon) add(section, phrase string, lists map[string]*node) error {
	c := cue{section: section}
	if rest, ok := strings.CutPrefix(phrase, "~"); ok {
		c.weak, phrase = true, rest
	} else if rest, ok := strings.CutPrefix(phrase, "-"); ok {
		c.except, phrase = true, rest
	}
	if strings.Count(phrase, "(") != strings.Count(phrase, ")") {
		return fmt.Errorf("%q: brackets do not match", phrase)
	}
	phrase, err := l.folded(phrase, lists)
	if err != nil {
		return err
	}
	for _, one := range choices(phrase) {
		end, err := l.path(l.root, one, lists)
		if err != nil {
			return err
		}
		if end == l.root {
			return fmt.Errorf("%q: an empty phrase would stand everywhere", phrase)
		}
		if !slices.Contains(end.ends, c) {
			end.ends = append(end.ends, c)
		}
	}
	return nil
}

// path makes the way of a phrase without choices, and returns where it ends.
func (l *Lexicon) path(at *node, phrase string, lists map[string]*node) (*node, error) {
	for word := range strings.FieldsSeq(phrase) {
		if word == ".." {
			if at.gap == nil {
				at.gap = &node{}
			}
			at = at.gap
			continue
		}
		if strings.HasPrefix(word, "<") {
			list := lists[word]
			if list == nil {
				return at, fmt.Errorf("%q: no list above it is called %s", phrase, word)
			}
			at = at.past(list)
			continue
		}
		stem, isPrefix := strings.CutSuffix(word, "*")
		tokens := tokenize(stem, elides(l.Language), nil)
		for i, t := range tokens {
			key := t.Norm
			if t.Upper {
				key = stem[t.From:t.To]
			}
			at = at.child(key, isPrefix && i == len(tokens)-1)
		}
	}
	return at, nil
}

func (n *node) child(word string, isPrefix bool) *node {
	if isPrefix {
		for _, p := range n.prefixes {
			if p.text == word {
				return p.next
			}
		}
		next := &node{}
		n.prefixes = append(n.prefixes, prefix{word, next})
		return next
	}
	if n.words == nil {
		n.words = map[string]*node{}
	}
	if n.words[word] == nil {
		n.words[word] = &node{}
	}
	return n.words[word]
}

// past returns the node after any phrase of a list.
func (n *node) past(list *node) *node {
	for _, l := range n.lists {
		if l.list == list {
			return l.next
		}
	}
	n.lists = append(n.lists, &link{list, &node{}})
	return n.lists[len(n.lists)-1].next
}

func (n *node) sort() {
	slices.SortFunc(n.prefixes, func(a, b prefix) int { return strings.Compare(a.text, b.text) })
	for _, p := range n.prefixes {
		p.next.sort()
	}
	for _, w := range n.words {
		w.sort()
	}
	if n.gap != nil {
		n.gap.sort()
	}
	for _, l := range n.lists {
		l.list.sort()
		l.next.sort()
	}
}

// Match is a cue in a sentence: the tokens From to To-1.
type Match struct {
	Section  string
	From, To int
	Weak     bool
	// Quoted: it stands within quotation marks, so somebody else says it. Negated: a negation stands shortly before it.
	Quoted, Negated bool
	except          bool
}

// find appends the cues that begin at a token. raw is the sentence.
func (l *Lexicon) find(raw string, tokens []Token, from int, into []Match) []Match {
	s := search{raw, tokens, from, into}
	s.walk(l.root, from, nil)
	return s.found
}

// search is the search for cues that begin at one token. It costs no memory but that of what is found: there is one for each token of a text.
type search struct {
	raw    string
	tokens []Token
	from   int
	found  []Match
}

// walk visits every node that the tokens from at on lead to. Within a list, after is the node to which its phrases lead; a list holds no
// list, so there is one such node at most.
func (s *search) walk(n *node, at int, after *node) {
	if n.whole && after != nil {
		s.walk(after, at, nil)
	}
	for _, c := range n.ends {
		s.found = append(s.found, Match{Section: c.section, From: s.from, To: at, Weak: c.weak, except: c.except})
	}
	if n.gap != nil {
		for skip := 0; skip <= maxGap && at+skip < len(s.tokens); skip++ {
			s.walk(n.gap, at+skip, after)
		}
	}
	if at == len(s.tokens) {
		return
	}
	t := s.tokens[at]
	if next := n.words[t.Norm]; next != nil {
		s.walk(next, at+1, after)
	}
	if t.Upper && at > 0 {
		if next := n.words[s.raw[t.From:t.To]]; next != nil {
			s.walk(next, at+1, after)
		}
	}
	for _, p := range n.startingLike(t.Norm) {
		if strings.HasPrefix(t.Norm, p.text) {
			s.walk(p.next, at+1, after)
		}
	}
	for _, l := range n.lists {
		if l.list.begins(t) {
			s.walk(l.list, at, l.next)
		}
	}
}

// begins reports whether a phrase of a list begins with a token, so that most tokens cost no more than that question.
func (n *node) begins(t Token) bool {
	return n.words[t.Norm] != nil || slices.ContainsFunc(n.startingLike(t.Norm), func(p prefix) bool { return strings.HasPrefix(t.Norm, p.text) })
}

// startingLike returns the prefixes that begin with the first letter of a word.
func (n *node) startingLike(word string) []prefix {
	if len(n.prefixes) == 0 || word == "" {
		return nil
	}
	_, size := utf8.DecodeRuneInString(word)
	first := word[:size]
	from, _ := slices.BinarySearchFunc(n.prefixes, first, func(p prefix, s string) int { return strings.Compare(p.text, s) })
	to := from
	for to < len(n.prefixes) && strings.HasPrefix(n.prefixes[to].text, first) {
		to++
	}
	return n.prefixes[from:to]
}

// IsName reports whether a token could be a part of a name: it begins with a capital letter, and is no figure.
func (t Token) IsName() bool {
	r, _ := utf8.DecodeRuneInString(t.Norm)
	return t.Upper && unicode.IsLetter(r)
}
