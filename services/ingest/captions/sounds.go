package captions

import (
	"embed"
	"strings"
	"unicode"
)

// soundFiles hold, for each language, the words that captions put in parentheses for what is heard and not said. A line is an
// entry; one that ends in a star stands for every word that begins so.
//
//go:embed sounds/*.txt
var soundFiles embed.FS

type lexicon struct {
	words  map[string]bool
	begins []string
}

// sounds are the entries of all languages: captions are often in another language than they say.
var sounds, gaps = load("sounds/sounds."), load("sounds/gaps.")

func load(prefix string) lexicon {
	l := lexicon{words: map[string]bool{}}
	for _, language := range []string{"en", "de", "fr", "es", "it"} {
		content, err := soundFiles.ReadFile(prefix + language + ".txt")
		if err != nil {
			panic(err) // it is compiled in: TestEveryLexiconIsThere
		}
		for line := range strings.SplitSeq(string(content), "\n") {
			line = strings.ToLower(strings.TrimSpace(line))
			if begin, ok := strings.CutSuffix(line, "*"); ok {
				l.begins = append(l.begins, begin)
			} else if line != "" && !strings.HasPrefix(line, "#") {
				l.words[line] = true
			}
		}
	}
	return l
}

// has reports whether one of the words of a text is in the lexicon.
func (l lexicon) has(text string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' }) {
		if l.words[w] {
			return true
		}
		for _, b := range l.begins {
			if strings.HasPrefix(w, b) {
				return true
			}
		}
	}
	return false
}

// longestSound is the most that a tag of a sound holds, in bytes.
const longestSound = 120

// speech takes what is no speech out of a line: [Music], (applause), the notes around a song, whose words stay. What says that
// words are missing, as [inaudible], stays too.
func speech(line string) string {
	if !strings.ContainsAny(line, "[(♪♫♬♩【（#*") {
		return line
	}
	line = strings.Map(func(r rune) rune {
		if strings.ContainsRune("♪♫♬♩", r) {
			return ' '
		}
		return r
	}, line)
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") && strings.HasSuffix(line, "#") { // a song, where there are no notes to write
		line = strings.Trim(line, "# ")
	}
	var b strings.Builder
	for len(line) > 0 {
		i := strings.IndexAny(line, "[(【（")
		if i < 0 {
			b.WriteString(line)
			break
		}
		inner, rest, ok := bracketed(line[i:])
		switch {
		case !ok:
			b.WriteString(line[:i+1])
			line = line[i+1:]
			continue
		case !isSound(line[i], inner, strings.TrimSpace(line[:i]) == "" && strings.TrimSpace(rest) == ""):
			b.WriteString(line[:len(line)-len(rest)])
		default:
			b.WriteString(line[:i])
			b.WriteByte(' ')
		}
		line = rest
	}
	return b.String()
}

var closing = map[string]string{"[": "]", "(": ")", "【": "】", "（": "）"}

// bracketed reads what stands in brackets at the beginning of a text.
func bracketed(s string) (inner, rest string, ok bool) {
	for open, end := range closing {
		if !strings.HasPrefix(s, open) {
			continue
		}
		window := s[len(open):min(len(s), longestSound)]
		i := strings.Index(window, end)
		if i < 0 {
			return "", s, false
		}
		return window[:i], s[len(open)+i+len(end):], true
	}
	return "", s, false
}

// isSound reports whether what stands in brackets is no speech. Square ones hold nothing else in captions, unless they say that
// words are missing; round ones hold it if they are all of the line, in capitals, or name a sound.
func isSound(open byte, inner string, alone bool) bool {
	if gaps.has(inner) {
		return false
	}
	if open != '(' {
		return true
	}
	return alone || capitals(inner) || len(strings.Fields(inner)) <= 4 && sounds.has(inner)
}

func capitals(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsLetter(r):
			letters++
		}
	}
	return letters > 2
}
