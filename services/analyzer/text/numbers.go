package text

import (
	"strconv"
	"strings"

	"autointel.example/schemas"
)

// maxNumbers is how many figures stand in an analysis.
const maxNumbers = 100

// currencies are the symbols that stand before or behind an amount.
var currencies = map[string]string{"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF", "jpy": "JPY", "us$": "USD", "r$": "BRL"}

// reading is a sentence in tokens, with the words of its language.
type reading struct {
	*Lexicon
	text   string
	tokens []token
}

func read(sentence, language string) reading {
	return reading{Lexicon: LexiconOf(language), text: sentence, tokens: tokensOf(sentence)}
}

// at returns the text of a token; of none, nothing.
func (r reading) at(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.text[r.tokens[i].start:r.tokens[i].end]
}

// low returns it in the form in which words are looked up.
func (r reading) low(i int) string { return normal(r.at(i)) }

func (r reading) is(i int, kind tokenKind) bool {
	return i >= 0 && i < len(r.tokens) && r.tokens[i].kind == kind
}

// NumbersIn returns the figures of a sentence, in its order: with the unit or the noun they count, multiplied out, and ranges by
// both their ends. Dates and years are not among them. The language, an ISO 639-1 code, decides whether a comma divides
// thousands or decimals.
func NumbersIn(sentence, language string) []schemas.Number {
	return read(sentence, language).numbers(nil)
}

// numbers does so but for the tokens that are parts of dates; nil: they are looked for.
func (r reading) numbers(dates []dated) []schemas.Number {
	if dates == nil {
		dates = r.dates(nil)
	}
	var out []schemas.Number
	for i := 0; i < len(r.tokens); i++ {
		if len(dates) > 0 && i >= dates[0].from {
			i = max(i, dates[0].to) - 1
			dates = dates[1:]
			continue
		}
		if n, to := r.number(i); to > i {
			out = append(out, n)
			i = to - 1
		}
	}
	return out
}

// mayCount reports whether there can be a figure or a date at all: most sentences have none, and this is quick.
func (r reading) mayCount(relative bool) bool {
	for i, t := range r.tokens {
		if t.kind == numberToken || t.kind == wordToken && (isDigit(rune(r.text[t.start])) || r.numeral(i) > 0 || relative && r.days[r.low(i)] != 0) {
			return true
		}
	}
	return false
}

// numeral returns the value of a number word, "one" of a million included; zero: it is none.
func (r reading) numeral(i int) float64 {
	word := r.low(i)
	if tens, ones, ok := strings.Cut(word, "-"); ok && r.numerals[tens] >= 20 {
		if r.one[ones] {
			return r.numerals[tens] + 1
		}
		if r.numerals[ones] < 10 {
			return r.numerals[tens] + r.numerals[ones]
		}
	}
	if r.one[word] && r.multipliers[r.low(i+1)] >= 1000 && len(r.at(i+1)) > 3 {
		return 1
	}
	return r.numerals[word]
}

// number reads the figure that begins at token i. It returns the token behind it; i itself: there is none.
func (r reading) number(i int) (schemas.Number, int) {
	first, unit := i, ""
	var value float64
	switch {
	case r.is(i, numberToken):
		var ok bool
		if value, ok = figure(r.at(i), r.Code); !ok || !r.stands(i) {
			return schemas.Number{}, i
		}
		if c := currencies[strings.ToLower(r.at(i-1))]; c != "" {
			first, unit = i-1, c
			if strings.EqualFold(r.at(i-2), "US") && !r.tokens[i-1].spaced {
				first = i - 2
			}
		}
		if sign := r.at(first - 1); (sign == "-" || sign == "−") && !r.tokens[first].spaced && (first < 2 || r.tokens[first-1].spaced) {
			first, value = first-1, -value
		}
	case r.is(i, wordToken):
		if value = r.numeral(i); value == 0 {
			return schemas.Number{}, i
		}
	default:
		return schemas.Number{}, i
	}
	n := schemas.Number{Value: value}
	to := i + 1
	upper, to, ranged := r.upperEnd(i, to)
	factor, to := r.multiplier(to)
	n.Value *= factor
	if ranged {
		upper *= factor
		n.To = &upper
	}
	if unit == "" {
		unit, to = r.unit(to)
	}
	if unit == "" {
		unit, to = r.counted(to)
	}
	if unit == "" && factor == 1 && r.is(i, wordToken) {
		return schemas.Number{}, i // "the two of them"
	}
	n.Unit = unit
	n.Text = r.text[r.tokens[first].start:r.tokens[to-1].end]
	return n, to
}

// stands reports whether a figure stands on its own: not in "v1.2.3", "1:2", or behind a letter.
func (r reading) stands(i int) bool {
	t := r.tokens[i]
	if t.spaced || i == 0 {
		return true
	}
	return !r.is(i-1, wordToken) && !strings.ContainsAny(r.at(i-1), "/#@_.")
}

// upperEnd reads the upper end of a range whose lower end is token i.
func (r reading) upperEnd(i, to int) (float64, int, bool) {
	joint := r.low(to)
	dash := strings.ContainsAny(r.at(to), "-–—") && r.is(to, markToken)
	between := r.between[r.low(i-1)]
	if !r.is(to+1, numberToken) || !dash && !r.ranges[joint] && !between {
		return 0, to, false
	}
	upper, ok := figure(r.at(to+1), r.Code)
	if lower, _ := figure(r.at(i), r.Code); !ok || upper <= lower {
		return 0, to, false
	}
	return upper, to + 2, true
}

// multiplier reads "million", "Mrd." and the like.
func (r reading) multiplier(to int) (float64, int) {
	factor := 1.0
	for range 2 {
		if phrase := r.low(to) + " " + r.low(to+1); r.multipliers[phrase] > 0 {
			factor *= r.multipliers[phrase]
			to += 2
			continue
		}
		m := r.multipliers[r.low(to)]
		// A single letter stands right behind its figure: "5m" in English may be metres, "$5m" is not.
		if m == 0 || len(r.at(to)) == 1 && (r.tokens[to].spaced || r.units[r.low(to)] != "" && currencies[r.at(to-2)] == "") {
			break
		}
		factor *= m
		to++
		if r.at(to) == "." && to+1 < len(r.tokens) && r.abbreviations[r.low(to-1)] {
			to++
		}
	}
	return factor, to
}

// unit reads the unit behind a figure: the longest phrase that is one.
func (r reading) unit(to int) (string, int) {
	for size := 3; size >= 1; size-- {
		if to+size > len(r.tokens) {
			continue
		}
		phrase := r.at(to)
		for k := 1; k < size; k++ {
			phrase += " " + r.at(to+k)
		}
		phrase = strings.ToLower(strings.ReplaceAll(phrase, "’", "'"))
		if u := r.units[phrase]; u != "" {
			return u, to + size
		}
		if c := currencies[phrase]; c != "" && size == 1 {
			return c, to + size
		}
		switch phrase {
		case "° c":
			return "°C", to + size
		case "° f":
			return "°F", to + size
		case "km / h":
			return "km/h", to + size
		}
	}
	return "", to
}

// counted reads the noun that a figure counts, from the words behind it: in German the first that is capitalised, else the
// first in the plural.
func (r reading) counted(to int) (string, int) {
	for j := to; j < to+3 && r.is(j, wordToken) && r.tokens[j].spaced; j++ {
		word := r.low(j)
		if r.Stopwords[word] || len(word) < 3 {
			break
		}
		if noun := r.withoutPreposition(word); r.plural(r.at(j), noun) {
			if r.Code == "de" {
				return r.at(j), j + 1
			}
			return noun, j + 1
		}
	}
	return "", to
}

func (r reading) withoutPreposition(word string) string { return strings.TrimPrefix(word, "d'") }

func (r reading) plural(as, word string) bool {
	switch r.Code {
	case "de":
		return capitalised(as)
	case "it":
		return strings.HasSuffix(word, "i") || strings.HasSuffix(word, "e")
	case "nl":
		return strings.HasSuffix(word, "en") || strings.HasSuffix(word, "s") || strings.HasSuffix(word, "ers")
	case "fr":
		return strings.HasSuffix(word, "s") || strings.HasSuffix(word, "x")
	}
	return r.people[word] || strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss")
}

// figure reads digits with separators. Which of comma and full stop divides decimals is the language's custom, unless the figure
// itself tells: "1.234,5", "1.5", "1,234,567".
func figure(raw, language string) (float64, bool) {
	raw = strings.Map(func(r rune) rune {
		if strings.ContainsRune("'’ \u00a0\u202f\u2009", r) {
			return -1
		}
		return r
	}, raw)
	commas, stops := strings.Count(raw, ","), strings.Count(raw, ".")
	decimal, thousands := "", ""
	switch {
	case strings.ContainsAny(raw, ":/"):
		return 0, false
	case commas > 0 && stops > 0:
		decimal, thousands = ".", ","
		if strings.LastIndex(raw, ",") > strings.LastIndex(raw, ".") {
			decimal, thousands = ",", "."
		}
	case commas+stops > 1:
		thousands = ","
		if stops > 0 {
			thousands = "."
		}
	case commas+stops == 1:
		mark := ","
		if stops > 0 {
			mark = "."
		}
		before, after, _ := strings.Cut(raw, mark)
		custom := "."
		if language != "en" && language != "" {
			custom = ","
		}
		if len(after) == 3 && len(before) <= 3 && before != "0" && mark != custom {
			thousands = mark
		} else {
			decimal = mark
		}
	}
	if thousands != "" {
		whole, _, _ := strings.Cut(raw, orNone(decimal))
		for i, g := range strings.Split(whole, thousands) {
			if len(g) > 3 || i > 0 && len(g) != 3 {
				return 0, false
			}
		}
		raw = strings.ReplaceAll(raw, thousands, "")
	}
	if decimal != "" {
		raw = strings.Replace(raw, decimal, ".", 1)
	}
	value, err := strconv.ParseFloat(raw, 64)
	return value, err == nil && len(raw) <= 20
}

// orNone makes a separator that is not there one that occurs nowhere.
func orNone(sep string) string {
	if sep == "" {
		return "\x00"
	}
	return sep
}
