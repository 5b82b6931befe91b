package schemas

// Codes of findings. They are stable: people filter by them.
const (
	FindingLoadedLanguage  = "loaded_language"
	FindingFalseDilemma    = "false_dilemma"
	FindingAdHominem       = "ad_hominem"
	FindingAppealToFear    = "appeal_to_fear"
	FindingCherryPicked    = "cherry_picked_figure"
	FindingUnattributed    = "unattributed_claim"
	FindingHeadline        = "headline_not_borne_out"
	FindingUndisclosedAd   = "undisclosed_advertising"
	FindingHiddenAuthor    = "hidden_authorship"
	FindingUrgency         = "manufactured_urgency"
	FindingBandwagon       = "bandwagon"
	FindingOverconfidence  = "overconfidence"
	FindingFalseAuthority  = "vague_authority"
	FindingContradiction   = "contradiction"
	FindingFiguresDontFit  = "figures_do_not_fit"
	FindingDisputedByOther = "disputed_elsewhere"
)

// Assessment is what the stage assess yields: signs of deception and manipulation, and how far the source can be trusted.
// A sign is no proof: each is a place in the text for a person to look at.
type Assessment struct {
	Findings []Finding `json:"findings"` // the gravest first, at most 40
	Trust    Trust     `json:"trust"`    // findings of a language model have no part in it
	Method   string    `json:"method"`
	Model    *ModelUse `json:"model,omitempty"`
	Limits   []Limit   `json:"limits,omitempty"`
}

// Finding is a named sign, located.
type Finding struct {
	Code     string  `json:"code"`
	Name     string  `json:"name"`              // as a person reads it
	Severity int     `json:"severity"`          // 1 a hint, 2 notable, 3 grave
	Why      string  `json:"why"`               // what was seen, in a sentence
	Matched  string  `json:"matched,omitempty"` // the words that gave it away
	Quotes   []Quote `json:"quotes,omitempty"`
	Method   string  `json:"method"`
}

// Trust is a score from 0 to 100 with its parts shown: Score is the sum of their points. It describes the text as it stands, not the truth of
// what it says.
type Trust struct {
	Score  int         `json:"score"`
	Margin int         `json:"margin"` // the error that calibration found, in points
	Parts  []TrustPart `json:"parts"`
}

// TrustPart is a part of the score.
type TrustPart struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Points int    `json:"points"`
	Of     int    `json:"of"` // the most there is for it
	Why    string `json:"why"`
}
