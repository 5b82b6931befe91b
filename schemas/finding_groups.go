package schemas

import "strings"

// FindingGroup is findings of one code and severity that a person reads as one, in several places.
type FindingGroup struct {
	Name     string
	Severity int
	Why      string // what all of them have in common
	Findings []Finding
}

// GroupFindings puts findings together that say the same of several places, in the order of the first of each. Where each says
// something of its own, it stays by itself.
func GroupFindings(findings []Finding) []FindingGroup {
	var groups []FindingGroup
	at := map[string]int{}
	for _, f := range findings {
		why := strings.TrimSpace(f.Why)
		common, _, _ := strings.Cut(why, ": ")
		key := f.Code + "\x00" + f.Name + "\x00" + SeverityWord(f.Severity) + "\x00" + strings.TrimSuffix(common, ".")
		i, known := at[key]
		if !known {
			at[key] = len(groups)
			groups = append(groups, FindingGroup{Name: f.Name, Severity: f.Severity, Why: why, Findings: []Finding{f}})
			continue
		}
		g := &groups[i]
		g.Findings = append(g.Findings, f)
		if g.Why != why {
			g.Why = strings.TrimSuffix(common, ".") + "."
		}
	}
	return groups
}
