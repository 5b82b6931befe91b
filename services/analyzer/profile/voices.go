package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// split gives every voice its part of the text: to the author what is not quoted, to speakers their cues, to people who are quoted their quotations.
func split(in Input) ([]*voice, []schemas.Limit) {
	var voices []*voice
	known := map[string]*voice{}
	of := func(name, role string) *voice {
		key := role + " " + name
		if known[key] == nil {
			known[key] = &voice{name: name, role: role}
			voices = append(voices, known[key])
		}
		return known[key]
	}
	var limits []schemas.Limit
	speakers := speakersOf(in)
	full := fullNames(in, speakers)
	written := len(in.Document.Sentences)
	if n := recorded(in); n > 0 && len(speakers) > 0 {
		written -= n
	}
	all := len(in.Document.Sentences)
	if all > maxSentences {
		limits = append(limits, schemas.Limit{Code: "long_text", Message: fmt.Sprintf("Only the first %d of %d sentences were looked at.", maxSentences, all)})
	}
	for _, p := range in.Document.Paragraphs {
		open := rune(0)
		for i := p.From; i < min(maxSentences, p.From+p.Sentences); i++ {
			if i >= written {
				if name := speakers[i]; name != "" {
					v := of(cmp.Or(full[name], name), RoleSpeaker)
					v.say(i, in.Document.Sentences[i])
					if v.name != name {
						v.markedAs = name
					}
				}
				continue
			}
			var own string
			own, open = unquoted(in.Document.Sentences[i], open)
			of(authorOf(in), RoleAuthor).say(i, own)
		}
	}
	if in.Analysis != nil {
		for _, q := range in.Analysis.Quotations {
			if q.Speaker != "" && q.Where.Document == 0 && q.Where.Sentence < min(written, maxSentences) {
				v := known[RoleSpeaker+" "+q.Speaker]
				if v == nil {
					v = of(q.Speaker, RoleQuoted)
				} else {
					v.quoted++
				}
				v.say(q.Where.Sentence, q.Text)
			}
		}
	}
	for _, v := range voices {
		slices.SortStableFunc(v.says, func(a, b utterance) int { return cmp.Compare(a.sentence, b.sentence) })
	}
	return voices, limits
}

// fullNames gives speakers whom the recording marks with one word the name of the one person of the text who bears it: “Jonas” is
// “Jonas Reet”, unless there is another Jonas.
func fullNames(in Input, speakers map[int]string) map[string]string {
	people := map[string]bool{}
	if in.Source != nil {
		for _, a := range in.Source.Authors {
			people[a] = true
		}
	}
	if in.Analysis != nil {
		for _, e := range in.Analysis.Entities {
			people[e.Name] = e.Kind == schemas.EntityPerson || people[e.Name]
		}
		for _, q := range in.Analysis.Quotations {
			people[q.Speaker] = true
		}
	}
	full := map[string]string{}
	for _, label := range speakers {
		if label == "" || strings.Contains(label, " ") {
			continue
		}
		var bear []string
		for name, person := range people {
			if words := strings.Fields(name); person && len(words) > 1 && (words[0] == label || words[len(words)-1] == label) {
				bear = append(bear, name)
			}
		}
		if len(bear) == 1 {
			full[label] = bear[0]
		}
	}
	return full
}

func (v *voice) say(sentence int, s string) {
	if n := len(text.Words(s)); n > 0 {
		v.says = append(v.says, utterance{sentence, s})
		v.words += n
	}
}

// authorOf names the author, or says what stands for one.
func authorOf(in Input) string {
	if in.Source != nil {
		if len(in.Source.Authors) > 0 {
			return strings.Join(in.Source.Authors[:min(3, len(in.Source.Authors))], ", ")
		}
		if in.Source.SiteName != "" {
			return in.Source.SiteName
		}
	}
	if in.Source == nil || strings.TrimSpace(in.Source.Text) == "" {
		return "the recording"
	}
	return "the author"
}

// recorded returns how many sentences at the end of the document are the recording's.
func recorded(in Input) int {
	if in.Transcript == nil {
		return 0
	}
	paragraphs := in.Document.Paragraphs
	n := 0
	for _, p := range paragraphs[max(0, len(paragraphs)-len(text.Paragraphs(in.Transcript.Text))):] {
		n += p.Sentences
	}
	return n
}

// ahead is how many words the cues and the running text may differ by before their places are found again.
const ahead = 12

// speakersOf says of each sentence of the recording who speaks it: the speaker of most of its words. The words of the cues and of the running text
// follow each other in the same order, but for what rolling captions repeat.
func speakersOf(in Input) map[int]string {
	if in.Transcript == nil {
		return nil
	}
	var words, speakers []string
	named := false
	last := ""
	for _, c := range in.Transcript.Cues {
		if c.Speaker != "" {
			last, named = c.Speaker, true
		}
		for _, w := range text.Words(c.Text) {
			words, speakers = append(words, strings.ToLower(w)), append(speakers, last)
		}
	}
	if !named {
		return nil
	}
	of := map[int]string{}
	at := 0
	for i := len(in.Document.Sentences) - recorded(in); i < len(in.Document.Sentences); i++ {
		votes := map[string]int{}
		best := ""
		for _, w := range text.Words(in.Document.Sentences[i]) {
			w = strings.ToLower(w)
			for j := at; j < min(len(words), at+ahead); j++ {
				if words[j] != w {
					continue
				}
				at = j + 1
				votes[speakers[j]]++
				if s := speakers[j]; best == "" || votes[s] > votes[best] {
					best = s
				}
				break
			}
		}
		of[i] = best
	}
	return of
}

// marks are quotation marks, each with those that close it.
var marks = map[rune]string{'"': "\"", '“': "”", '„': "“”\"", '«': "»", '»': "«"}

// unquoted takes out of a sentence what stands within quotation marks. open is the mark that an earlier sentence of its paragraph left open, and the one
// that this sentence leaves open; 0: none.
func unquoted(s string, open rune) (string, rune) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case open != 0 && strings.ContainsRune(marks[open], r):
			open = 0
			b.WriteByte(' ')
		case open != 0:
		case marks[r] != "":
			open = r
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), open
}
