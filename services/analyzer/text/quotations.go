package text

import (
	"strings"

	"autointel.example/schemas"
)

// Bounds of the quotations.
const (
	maxQuotations     = 60
	minQuotedWords    = 3 // fewer are titles and words held at a distance
	maxQuotedSentence = 12
	maxSpeakerWords   = 5
)

// closers are the quotation marks that open, with those that can close them.
var closers = map[rune]string{'“': "”", '„': "“”", '«': "»", '»': "«", '"': "\"", '‟': "”"}

// quoted is a quotation over sentences of one paragraph.
type quoted struct {
	text     string
	from, to int // sentences, both included
	start    int // where it begins in its first sentence, in bytes, with its mark
	end      int // where it ends in its last, behind its mark
}

// quotedIn returns the quotations of a paragraph's sentences. One that is not closed within the paragraph is none.
func quotedIn(sentences []string, from int) []quoted {
	var out []quoted
	var open rune
	var q quoted
	var b strings.Builder
	for i, s := range sentences {
		if open != 0 && from+i-q.from >= maxQuotedSentence {
			open = 0
		}
		if open != 0 {
			b.WriteByte(' ')
		}
		for at, r := range s {
			switch {
			case open == 0 && closers[r] != "" && opens(s, at, r):
				open, q = r, quoted{from: from + i, start: at}
				b.Reset()
			case open != 0 && strings.ContainsRune(closers[open], r):
				q.to, q.end, q.text = from+i, at+len(string(r)), strings.Trim(b.String(), " \u00a0\u202f,")
				open = 0
				if len(Words(q.text)) >= minQuotedWords {
					out = append(out, q)
				}
			case open != 0:
				b.WriteRune(r)
			}
		}
	}
	return out
}

// opens reports whether a mark opens a quotation: white space, a bracket or nothing stands before it. A ” that stands where one
// opens is somebody's typing, and a « behind a letter closes.
func opens(s string, at int, r rune) bool {
	if at == 0 {
		return true
	}
	if !strings.ContainsAny(s[at-1:at], " (\u00a0[-") && !strings.HasSuffix(s[:at], "—") && !strings.HasSuffix(s[:at], "\u00a0") && !strings.HasSuffix(s[:at], "\u202f") {
		return r == '„'
	}
	return true
}

// quotations returns the quotations of a document with who says them, as far as the sentences around say so.
func quotations(d Document, x *nameIndex) []schemas.Quotation {
	var out []schemas.Quotation
	target := x.aliases()
	heard := x.listener(target)
	for _, p := range d.Paragraphs {
		found := quotedIn(d.Sentences[p.From:p.From+p.Sentences], p.From)
		last := ""
		for k, q := range found {
			speaker, pronoun := x.speaker(d, q)
			switch {
			case speaker != "":
				if f := x.forms[speaker]; f != nil {
					speaker = fullest(target, f).name
				}
			case pronoun:
				speaker = heard.standsFor(q.from)
			}
			if speaker == "" && !pronoun && k > 0 && found[k-1].to >= q.from-1 && sharedAttribution(found[k-1], q) {
				speaker = last // “One part,” said Voss, “and the other.”
			}
			last = speaker
			heard.hears(speaker, q.to)
			out = append(out, schemas.Quotation{Text: q.text, Speaker: speaker, Where: d.Quote(q.from)})
			if len(out) == maxQuotations {
				return out
			}
		}
	}
	return out
}

// sharedAttribution reports whether a quotation goes on with the one before it, in its sentence or directly behind it.
func sharedAttribution(before, q quoted) bool {
	return before.to == q.from || q.start == 0 && before.to == q.from-1
}

// speaker finds who says a quotation: in the sentence behind it, else before it, else in what "according to" names. Pronoun: it is
// somebody of whom the text spoke before.
func (x *nameIndex) speaker(d Document, q quoted) (name string, pronoun bool) {
	after := d.Sentences[q.to][q.end:]
	before := d.Sentences[q.from][:q.start]
	code := d.Language.Code
	if i := strings.IndexAny(after, "“„«\""); i >= 0 {
		after = after[:i]
	}
	whole := before
	if i := strings.LastIndexAny(before, "”»\""); i >= 0 {
		before = strings.TrimLeft(before[i:], "”»\"")
	}
	behind, lead := read(after, code), read(before, code)
	if s := x.saidBehind(behind); s != "" {
		return s, false
	}
	if s := x.saidBefore(lead); s != "" {
		return s, false
	}
	if s := x.accordingTo(lead); s != "" {
		return s, false
	}
	if s := x.accordingTo(behind); s != "" {
		return s, false
	}
	if x.pronounSays(behind) || x.pronounSays(lead) {
		return "", true
	}
	if len(whole) > len(before) { // Voss said it was “bad” to have no wall “even in the face of the sea”
		r := read(unquoted(whole), code)
		if s := x.saidBefore(r); s != "" {
			return s, false
		}
		return "", x.pronounSays(r)
	}
	return "", false
}

// saidBehind reads what follows a quotation: "said Clara Voss", "Clara Voss said", "sagte Voss", "so die Ministerin Voss".
func (x *nameIndex) saidBehind(r reading) string {
	for i := range min(len(r.tokens), 12) {
		if !x.saysAt(r, i) {
			if r.Code == "de" && r.low(i) == "so" && i <= 1 {
				return x.subject(r, i+1)
			}
			continue
		}
		if s := x.subjectBefore(r, i); s != "" {
			return s
		}
		return x.subject(r, i+1)
	}
	return ""
}

// saidBefore reads what leads to a quotation: "Clara Voss said:", "Wie Voss sagte,".
func (x *nameIndex) saidBefore(r reading) string {
	for i := len(r.tokens) - 1; i >= 0 && i >= len(r.tokens)-14; i-- {
		if !x.saysAt(r, i) {
			continue
		}
		if s := x.subjectBefore(r, i); s != "" {
			return s
		}
		return x.subject(r, i+1)
	}
	return ""
}

// saysAt reports whether a verb of speech stands there. French joins the pronoun to it: "demande-t-il".
func (x *nameIndex) saysAt(r reading, i int) bool {
	word, _, _ := strings.Cut(r.low(i), "-")
	return r.is(i, wordToken) && x.lexicon.Said[word]
}

func (x *nameIndex) accordingTo(r reading) string {
	low := strings.ToLower(strings.ReplaceAll(r.text, "’", "'"))
	for _, phrase := range x.lexicon.According {
		at := strings.Index(low, phrase+" ")
		if at < 0 || phrase == "so" || at > 0 && low[at-1] != ' ' {
			continue
		}
		for i, t := range r.tokens {
			if t.start >= at+len(phrase) {
				return x.subject(r, i)
			}
		}
	}
	return ""
}

// subject reads who stands from token i on: a name within the next words, or a noun with its article ("the harbour office").
func (x *nameIndex) subject(r reading, i int) string {
	end := i
	for end < i+10 && r.is(end, wordToken) && (end == i || !x.lexicon.Said[r.low(end)]) {
		if r.at(end+1) == "." && (r.titles[r.low(end)] || len(r.at(end)) == 1) {
			end++ // "Dr."
		}
		end++
		if r.at(end) == "," && (r.article(i) || r.possessive(i)) && r.nameWord(end+1) {
			end++ // "said the head librarian, Ruth Adeyemi", "said her spokesman, Karl Ney"
		}
	}
	for _, m := range r.sequences() {
		if m.from >= i && m.from < end && x.known(m) {
			if m.from > i && r.addressed(m.from) {
				return "" // "a-t-il dit à l'AFP"
			}
			return m.name
		}
	}
	return r.nounPhrase(i, end)
}

// addressed reports whether the name at token i is who is spoken to.
func (r reading) addressed(i int) bool {
	if before, _, ok := strings.Cut(r.low(i), "'"); ok && (before == "all" || before == "dall") {
		return true
	}
	for k := i - 1; k >= 0 && k >= i-2; k-- {
		switch r.low(k) {
		case "to", "à", "au", "aux", "a", "al", "ao", "gegenüber", "aan", "alla", "allo":
			return true
		}
		if !r.article(k) {
			break
		}
	}
	return false
}

// subjectBefore reads who stands directly before the verb at token i.
func (x *nameIndex) subjectBefore(r reading, i int) string {
	best := ""
	for _, m := range r.sequences() {
		gap := i - m.to
		if gap >= 0 && gap <= 8 && x.known(m) && (gap <= 2 || r.at(m.to) == ",") {
			best = m.name
		}
	}
	if best != "" {
		return best
	}
	from := i
	for from > 0 && r.is(from-1, wordToken) && i-from < maxSpeakerWords && !r.article(from) {
		from--
	}
	if r.article(from) {
		return r.nounPhrase(from, i)
	}
	return ""
}

// known reports whether a mention is a name by more than its place: a German noun behind a verb of speech is one only if
// the text names somebody so.
func (x *nameIndex) known(m mention) bool {
	f := x.forms[m.name]
	return f == nil && !m.doubtful || f != nil && (x.accepted(f) || m.initial && m.signs&signSpeaks != 0 && !m.doubtful || m.doubtful && x.surname(m.name))
}

// surname reports whether a longer name ends with the word.
func (x *nameIndex) surname(word string) bool {
	for _, f := range x.order {
		if n := len(f.words); n > 1 && f.words[n-1] == word {
			return true
		}
	}
	return false
}

func (r reading) article(i int) bool {
	switch r.low(i) {
	case "the", "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "un", "une", "el", "una", "il", "lo", "o", "um", "uma", "de", "het", "een", "les", "los", "las", "i", "gli":
		return r.is(i, wordToken)
	}
	return false
}

func (r reading) possessive(i int) bool {
	switch r.low(i) {
	case "my", "your", "his", "her", "its", "our", "their", "sein", "seine", "ihr", "ihre", "unser", "unsere", "mein", "meine", "son", "sa", "ses", "leur", "leurs", "mon", "ma", "notre",
		"su", "sus", "mi", "nuestro", "nuestra", "suo", "sua", "loro", "mio", "mia", "nostro", "nostra", "seu", "seus", "zijn", "haar", "hun":
		return r.is(i, wordToken)
	}
	return false
}

// nounPhrase writes an article with the nouns behind it; of anything else, nothing.
func (r reading) nounPhrase(from, to int) string {
	if !r.article(from) {
		return ""
	}
	end := from + 1
	for end < to && end-from < maxSpeakerWords && r.is(end, wordToken) && !r.Stopwords[r.low(end)] {
		end++
	}
	if end == from+1 {
		return ""
	}
	return strings.ToLower(r.at(from)) + r.text[r.tokens[from].end:r.tokens[end-1].end]
}
