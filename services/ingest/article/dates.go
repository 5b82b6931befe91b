package article

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dateForms are how pages write dates for machines.
var dateForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 -07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", "2006/01/02 15:04:05", "20060102T150405Z0700", "20060102", "2006-01",
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", time.RFC850, time.ANSIC, "January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", "02.01.2006", "02.01.2006 15:04", "2006",
}

// Time reads a date as pages write it, in UTC; nil: it is none, or not of the years 1600 to 2200.
func Time(s string) *time.Time {
	s = Line(s)
	if s == "" || len(s) > 64 {
		return nil
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil && believed(t.Year()) {
			t = offset(t).UTC()
			return &t
		}
	}
	if found := worded(s); len(found) > 0 {
		return &found[0].at
	}
	return nil
}

func believed(year int) bool { return year >= 1600 && year <= 2200 }

// zones are the hours that abbreviations of zones are ahead of UTC, as feeds use them. The library knows those of its own
// place alone, and takes each other one for UTC.
var zones = map[string]int{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}

// offset puts right a time whose zone was an abbreviation that the library did not know.
func offset(t time.Time) time.Time {
	name, seconds := t.Zone()
	if hours, ok := zones[name]; ok && seconds == 0 {
		return t.Add(-time.Duration(hours) * time.Hour)
	}
	return t
}

func firstTime(texts ...string) *time.Time {
	for _, s := range texts {
		if t := Time(s); t != nil {
			return t
		}
	}
	return nil
}

// monthNames are what the months are called in the languages that dates are read in.
var monthNames = [12][]string{
	{"january", "januar", "jänner", "janvier", "enero", "gennaio"},
	{"february", "februar", "feber", "février", "febrero", "febbraio"},
	{"march", "märz", "maerz", "mrz", "mars", "marzo"},
	{"april", "avril", "abril", "aprile"},
	{"may", "mai", "mayo", "maggio"},
	{"june", "juni", "juin", "junio", "giugno"},
	{"july", "juli", "juillet", "julio", "luglio"},
	{"august", "août", "agosto"},
	{"september", "septembre", "septiembre", "setiembre", "settembre"},
	{"october", "oktober", "octobre", "octubre", "ottobre"},
	{"november", "novembre", "noviembre"},
	{"december", "dezember", "décembre", "diciembre", "dicembre"},
}

// monthOf returns the month that a word or its abbreviation, of three letters or more, names; 0: none.
func monthOf(word string) time.Month {
	word = strings.ToLower(word)
	if len(word) < 3 {
		return 0
	}
	for i, names := range monthNames {
		for _, name := range names {
			if strings.HasPrefix(name, word) {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}

// Dates as people write them, and a time of day after one.
var (
	dayMonthYear = regexp.MustCompile(`\b(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?\s*(?:de\s+|of\s+)?(\p{L}{3,10})\.?,?\s+(?:de\s+|del\s+)?(\d{4})\b`)
	monthDayYear = regexp.MustCompile(`(\p{L}{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	numbered     = regexp.MustCompile(`\b(\d{1,2})([./])(\d{1,2})[./](\d{4})\b`)
	yearFirst    = regexp.MustCompile(`\b(\d{4})\s?(?:年|년|-|/)\s?(\d{1,2})\s?(?:月|월|-|/)\s?(\d{1,2})(?:\s?[日일]|\b)`)
	clockAfter   = regexp.MustCompile(`^(?:[\s,|–—-]|um|at|à|a las|alle|ore)*(\d{1,2})\s?(?:[:.h時时]|시\s?)(\d{2})\b`)
)

// wordedDate is a date that stands in a text.
type wordedDate struct {
	at       time.Time
	from, to int // its place, with the time of day that follows
}

// worded returns the dates that a short text has in words or figures, in their order. One whose day and month cannot be told
// apart, as 3/4/2026, is none. Without a zone they count as UTC.
func worded(s string) []wordedDate {
	var found []wordedDate
	for at := 0; at < len(s); {
		d, ok := firstWorded(s[at:])
		if !ok {
			break
		}
		d.from, d.to = d.from+at, d.to+at
		if c := clockAfter.FindStringSubmatchIndex(s[d.to:]); c != nil {
			hour, minute := number(s[d.to:], c, 1), number(s[d.to:], c, 2)
			if hour < 24 && minute < 60 {
				d.at = d.at.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
				d.to += c[1]
			}
		}
		found = append(found, d)
		at = d.to
	}
	return found
}

// firstWorded returns the first date of a text.
func firstWorded(s string) (first wordedDate, ok bool) {
	take := func(m []int, year, month, day int) {
		at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if month >= 1 && month <= 12 && at.Day() == day && believed(year) && (!ok || m[0] < first.from) {
			first, ok = wordedDate{at, m[0], m[1]}, true
		}
	}
	for _, m := range dayMonthYear.FindAllStringSubmatchIndex(s, 3) {
		take(m, number(s, m, 3), int(monthOf(s[m[4]:m[5]])), number(s, m, 1))
	}
	for _, m := range monthDayYear.FindAllStringSubmatchIndex(s, 3) {
		take(m, number(s, m, 3), int(monthOf(s[m[2]:m[3]])), number(s, m, 2))
	}
	for _, m := range numbered.FindAllStringSubmatchIndex(s, 3) {
		day, month := number(s, m, 1), number(s, m, 3)
		if s[m[4]:m[5]] == "/" {
			if day <= 12 && month <= 12 && day != month {
				continue
			} else if month > 12 {
				day, month = month, day
			}
		}
		take(m, number(s, m, 4), month, day)
	}
	for _, m := range yearFirst.FindAllStringSubmatchIndex(s, 3) {
		take(m, number(s, m, 1), number(s, m, 2), number(s, m, 3))
	}
	return first, ok
}

// number is a group of a match as a number.
func number(s string, match []int, group int) int {
	n, err := strconv.Atoi(s[match[2*group]:match[2*group+1]])
	if err != nil {
		return 0
	}
	return n
}
