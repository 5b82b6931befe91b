package schemas

import "strings"

// FindingGroup is the findings of one code, severity and method, which a person reads as one in several places.
type FindingGroup struct {
	Name     string
	Severity int
	Why      string // what all of them say; empty: each says something of its own
	Findings []Finding
}

// GroupFindings puts findings of one code, severity and method together, in the order of the first of each.
func GroupFindings(findings []Finding) []FindingGroup {
	var groups []FindingGroup
	at := map[string]int{}
	for _, f := range findings {
		key := f.Code + "\x00" + f.Name + "\x00" + SeverityWord(f.Severity) + "\x00" + f.Method
		i, known := at[key]
		if !known {
			at[key] = len(groups)
			groups = append(groups, FindingGroup{Name: f.Name, Severity: f.Severity, Why: strings.TrimSpace(f.Why), Findings: []Finding{f}})
			continue
		}
		groups[i].Findings = append(groups[i].Findings, f)
		groups[i].Why = common(groups[i].Why, strings.TrimSpace(f.Why))
	}
	return groups
}

// common is what two reasons have in common: all of it, or what stands before the colon that begins their particulars.
func common(a, b string) string {
	if a == b {
		return a
	}
	general := func(s string) string {
		s, _, _ = strings.Cut(s, ": ")
		return strings.TrimSuffix(s, ".")
	}
	if general(a) != general(b) || a == "" {
		return ""
	}
	return general(a) + "."
}
