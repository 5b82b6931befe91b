package signals

import (
	"strconv"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals/cues"
)

// bigShare is from how many percent on a change without its base is worth a finding.
const bigShare = 40

// shareWords are what stands after the figure of a share or of a multiple.
var shareWords = map[string]bool{
	"%": true, "percent": true, "prozent": true, "fold": true, "times": true, "mal": true, "fois": true, "veces": true, "volte": true,
}

// percentWords is "per cent" in several words.
var percentWords = map[string]string{"per": "cent", "pour": "cent", "por": "ciento"}

// shareOf returns a share of bigShare or more, or a multiple, as it stands in the sentence; figure: there is any figure outside quotation marks.
func shareOf(s *cues.Sentence) (share string, figure bool) {
	for i, t := range s.Tokens {
		if s.Quoted[i] || t.Norm == "" || t.Norm[0] < '0' || t.Norm[0] > '9' {
			continue
		}
		figure = true
		last := i + 1
		if last >= len(s.Tokens) {
			break
		}
		unit := s.Tokens[last].Norm
		if second := percentWords[unit]; second != "" && last+1 < len(s.Tokens) && s.Tokens[last+1].Norm == second {
			unit, last = "%", last+1
		}
		if !shareWords[unit] {
			continue
		}
		value, err := strconv.ParseFloat(strings.ReplaceAll(t.Norm, ",", "."), 64)
		multiple := unit != "%" && unit != "percent" && unit != "prozent"
		if err == nil && (value >= bigShare && value != 100 || multiple && value >= 2) {
			share = s.Text[t.From:s.Tokens[last].To]
		}
	}
	return share, figure
}

// findFigures finds big changes that are given as a share alone, by nobody and against nothing.
func (r *reading) findFigures() {
	for i, s := range r.sentences {
		if s.share == "" || !s.amplified || s.reported || s.base || s.quotation || r.near(i, func(n sentence) bool { return n.base && n.figure || n.attributed() }) {
			continue
		}
		r.add(schemas.Finding{Code: schemas.FindingCherryPicked, Matched: s.share}, i)
	}
}
