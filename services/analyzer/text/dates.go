package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"autointel.example/schemas"
)

// maxDates is how many dates stand in an analysis.
const maxDates = 100

// dated is a date over the tokens from (inclusive) to (exclusive).
type dated struct {
	schemas.Date
	from, to int
}

// when is a date whose parts may be unknown: zero.
type when struct{ year, month, day int }

// iso writes it as exactly as it is known; empty: there is no such day.
func (w when) iso() string {
	switch {
	case w.month == 0:
		return fmt.Sprintf("%04d", w.year)
	case w.day == 0:
		return fmt.Sprintf("%04d-%02d", w.year, w.month)
	}
	t := time.Date(w.year, time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != w.day || int(t.Month()) != w.month {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (r reading) dates(published *time.Time) []dated {
	out := []dated{}
	for i := 0; i < len(r.tokens); i++ {
		w, to := r.date(i, out)
		inferred := false
		if to > i && w.year == 0 {
			if published == nil {
				out = append(out, dated{from: i, to: to}) // no date, and no figure either
				i = to - 1
				continue
			}
			w.year, inferred = nearestYear(w, *published), true
		}
		if to == i && published != nil && r.days[r.low(i)] != 0 {
			day := published.AddDate(0, 0, int(r.days[r.low(i)]))
			w, to, inferred = when{day.Year(), int(day.Month()), day.Day()}, i+1, true
		}
		if to == i {
			continue
		}
		// A day that no calendar has is no date either: its text stays, its date is empty.
		text := r.text[r.tokens[i].start:r.tokens[to-1].end]
		out = append(out, dated{schemas.Date{Text: text, Date: w.iso(), Inferred: inferred}, i, to})
		i = to - 1
	}
	return out
}

// nearestYear is the year in which a day is nearest to another.
func nearestYear(w when, to time.Time) int {
	best, nearest := to.Year(), time.Duration(1<<63-1)
	for year := to.Year() - 1; year <= to.Year()+1; year++ {
		if d := time.Date(year, time.Month(w.month), w.day, 12, 0, 0, 0, time.UTC).Sub(to).Abs(); d < nearest {
			best, nearest = year, d
		}
	}
	return best
}

// date reads the date that begins at token i. It returns the token behind it; i itself: there is none.
func (r reading) date(i int, before []dated) (when, int) {
	switch {
	case r.is(i, numberToken):
		if w, to := r.numeric(i); to > i {
			return w, to
		}
		if w, to := r.dayFirst(i); to > i {
			return w, to
		}
		return r.bareYear(i, before)
	case r.is(i, wordToken):
		if w, to := r.dayFirst(i); to > i {
			return w, to
		}
		return r.monthFirst(i)
	}
	return when{}, i
}

// numeric reads 2026-11-25, 25.11.2026 and 25/11/2026. In English the order of day and month must show: it is not the same
// everywhere.
func (r reading) numeric(i int) (when, int) {
	raw := r.at(i)
	if r.year(i) > 0 && r.at(i+1) == "-" && len(r.at(i+2)) == 2 && r.at(i+3) == "-" && len(r.at(i+4)) >= 2 && r.is(i+4, numberToken) {
		month, _ := strconv.Atoi(r.at(i + 2))
		day, _ := strconv.Atoi(r.at(i + 4))
		return when{r.year(i), month, day}, i + 5
	}
	sep := "."
	if strings.Contains(raw, "/") {
		sep = "/"
	}
	parts := strings.Split(raw, sep)
	if len(parts) != 3 || len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return when{}, i
	}
	day, err1 := strconv.Atoi(parts[0])
	month, err2 := strconv.Atoi(parts[1])
	year, err3 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil || err3 != nil || year < 1000 {
		return when{}, i
	}
	if sep == "/" && (r.Code == "en" || r.Code == "") {
		if day <= 12 && month <= 12 && day != month {
			return when{}, i
		}
		if month > 12 {
			day, month = month, day
		}
	}
	return when{year, month, day}, i + 1
}

// dayFirst reads "25 November 2026", "25. November", "1er mai 2026", "the 25th of November" and "25 de noviembre de 2026".
func (r reading) dayFirst(i int) (when, int) {
	day := dayOf(r.at(i))
	if day == 0 {
		return when{}, i
	}
	to := i + 1
	if r.at(to) == "." {
		to++
	}
	if r.joins(to) {
		to++
	}
	month := r.month(to)
	if month == 0 {
		return when{}, i
	}
	to++
	year, to := r.yearAt(to)
	return when{year, month, day}, to
}

// monthFirst reads "November 25, 2026", "November 2026" and "noviembre de 2026".
func (r reading) monthFirst(i int) (when, int) {
	month := r.month(i)
	if month == 0 {
		return when{}, i
	}
	to := i + 1
	if year, end := r.yearAt(to); year > 0 {
		return when{year: year, month: month}, end
	}
	if r.Code != "en" && r.Code != "" {
		return when{}, i
	}
	if r.at(to) == "." {
		to++
	}
	day := dayOf(r.at(to))
	if day == 0 || r.is(to+1, wordToken) && r.counting(to+1) {
		return when{}, i
	}
	year, to := r.yearAt(to + 1)
	return when{year, month, day}, to
}

// counting reports whether a word makes a count of the figure before it: "In May 12 people came."
func (r reading) counting(i int) bool {
	_, measured := r.unit(i)
	_, counted := r.counted(i)
	return measured > i || counted > i
}

// yearAt reads a year, with what may stand before it.
func (r reading) yearAt(to int) (int, int) {
	at := to
	for range 2 {
		if mark := r.at(at); mark == "," || mark == "." || r.joins(at) {
			at++
		}
	}
	if year := r.year(at); year > 0 {
		return year, at + 1
	}
	return 0, to
}

// joins reports whether a word stands between the parts of a date.
func (r reading) joins(i int) bool {
	switch r.low(i) {
	case "of", "de", "del", "do":
		return true
	}
	return false
}

// month returns the month that a word names; zero: none. In English and German months are capitalised.
func (r reading) month(i int) int {
	if !r.is(i, wordToken) || (r.Code == "en" || r.Code == "de") && !capitalised(r.at(i)) {
		return 0
	}
	return int(r.months[strings.TrimPrefix(r.low(i), "d'")])
}

// dayOf reads the day of a month: "25", "25th", "1er", "1º".
func dayOf(s string) int {
	n := 0
	for n < len(s) && n < 3 && isDigit(rune(s[n])) {
		n++
	}
	switch strings.ToLower(s[n:]) {
	case "", "st", "nd", "rd", "th", "er", "º", "°", "ª":
		if day, err := strconv.Atoi(s[:n]); err == nil && day >= 1 && day <= 31 && n <= 2 {
			return day
		}
	}
	return 0
}

// year returns the year that four digits can be; zero: none.
func (r reading) year(i int) int {
	s := r.at(i)
	if !r.is(i, numberToken) || len(s) != 4 {
		return 0
	}
	year, err := strconv.Atoi(s)
	if err != nil || year < 1000 || year > 2100 {
		return 0
	}
	return year
}

// bareYear reads a year that stands alone: behind "in" or "since", in brackets, or where nothing follows that it could count.
func (r reading) bareYear(i int, before []dated) (when, int) {
	year := r.year(i)
	if year == 0 || currencies[strings.ToLower(r.at(i-1))] != "" || !r.stands(i) {
		return when{}, i
	}
	if _, to := r.unit(i + 1); to > i+1 || r.multipliers[r.low(i+1)] > 0 {
		return when{}, i
	}
	_, counted := r.counted(i + 1)
	recent := year >= 1800
	second := len(before) > 0 && before[len(before)-1].to == i-1 && len(r.at(i-1)) <= 3 && r.at(i-1) != "," // "2019–2021", "2019 and 2021"
	switch {
	case second, r.at(i-1) == "(" && r.at(i+1) == ")":
	case r.beforeYears[r.low(i-1)] && (recent || counted == i+1):
	case recent && i > 0 && counted == i+1 && !r.is(i+1, numberToken):
	default:
		return when{}, i
	}
	return when{year: year}, i + 1
}
