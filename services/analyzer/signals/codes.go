package signals

import "autointel.example/schemas"

// kind is what a sort of finding is called, and how grave one is to begin with.
type kind struct {
	name     string
	severity int
	why      string // with %s for the words that gave it away
	reported bool   // it is a finding even where somebody else is said to say it
}

var kinds = map[string]kind{
	schemas.FindingLoadedLanguage:  {"Loaded language", 1, "The wording judges instead of describing: %s.", false},
	schemas.FindingFalseDilemma:    {"False dilemma", 2, "Only two ways are offered, as if there were no others: %s.", false},
	schemas.FindingAdHominem:       {"Attack on the person", 2, "A person or a group is run down instead of answered: %s.", false},
	schemas.FindingAppealToFear:    {"Appeal to fear", 2, "The reader is threatened with what may happen: %s.", false},
	schemas.FindingUrgency:         {"Manufactured urgency", 2, "The reader is pressed to act at once: %s.", false},
	schemas.FindingBandwagon:       {"Bandwagon", 1, "That many do or think so is offered as a reason: %s.", false},
	schemas.FindingOverconfidence:  {"Overconfidence", 1, "More certainty is claimed than a text can have: %s.", false},
	schemas.FindingUnattributed:    {"Claim without a source", 1, "Something is presented as known without saying by whom: %s.", true},
	schemas.FindingFalseAuthority:  {"Vague authority", 1, "Authorities are invoked whom nobody could ask, as they have no name: %s.", true},
	schemas.FindingCherryPicked:    {"Cherry-picked figure", 1, "A change is given as a share, without what it is measured against: %s.", false},
	schemas.FindingHeadline:        {"Headline not borne out", 1, "", false},
	schemas.FindingUndisclosedAd:   {"Undisclosed advertising", 2, "The text sells, and does not say that it is advertising: %s.", false},
	schemas.FindingHiddenAuthor:    {"Hidden authorship", 1, "", false},
	schemas.FindingContradiction:   {"Contradiction", 2, "", false},
	schemas.FindingFiguresDontFit:  {"Figures that do not fit", 2, "", false},
	schemas.FindingDisputedByOther: {"Disputed elsewhere", 2, "", false},
}

// Sections of the cues that help to find what has no section of its own.
const (
	sectionBait       = "headline_bait"
	sectionStrong     = "strong_claim"
	sectionSell       = "sell"
	sectionDisclosure = "disclosure"
	sectionByline     = "byline"
	sectionAnonymous  = "anonymous"
	sectionAgency     = "agency"
	sectionAmplifier  = "amplifier"
	sectionBase       = "base"
	sectionHedge      = "hedge"
	sectionCertain    = "certain"
	sectionSelf       = "self"
	sectionOneSided   = "one_sided"
	sectionEvaluative = "evaluative"
)

// wording are the findings about how something is said.
var wording = []string{
	schemas.FindingLoadedLanguage, schemas.FindingFalseDilemma, schemas.FindingAdHominem, schemas.FindingAppealToFear, schemas.FindingUrgency,
	schemas.FindingBandwagon, schemas.FindingOverconfidence, schemas.FindingUnattributed, schemas.FindingFalseAuthority,
}
