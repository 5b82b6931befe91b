package schemas

// Quote is a sentence, word for word, and where it stands. Every statement of a report names the quotes it stands on.
type Quote struct {
	Document int    `json:"document,omitempty"` // 0: the source itself; n: the n-th document of the context, from 1
	Sentence int    `json:"sentence"`           // from 0, over the sentences of that document
	Text     string `json:"text"`
	StartMS  *int64 `json:"start_ms,omitempty"` // where its paragraph begins in the recording
}

// Methods: MethodLocal is that of everything that was computed from the text alone; that of what a language model had a part in is
// MethodModel and the model's name.
const (
	MethodLocal = "local"
	MethodModel = "model:"
)

// Analysis is what the stage analyze yields. Each figure says how it was computed.
type Analysis struct {
	Language    Language     `json:"language"`
	Words       int          `json:"words"`
	Sentences   int          `json:"sentences"`
	Paragraphs  int          `json:"paragraphs"`
	Summary     []Sentence   `json:"summary"` // in the order of the source
	Abstract    *Abstract    `json:"abstract,omitempty"`
	KeyTerms    []KeyTerm    `json:"key_terms"`
	Topics      []Topic      `json:"topics,omitempty"`
	Entities    []Entity     `json:"entities,omitempty"`    // the most mentioned first, at most 60
	Quotations  []Quotation  `json:"quotations,omitempty"`  // at most 60
	Numbers     []Number     `json:"numbers,omitempty"`     // at most 100
	Dates       []Date       `json:"dates,omitempty"`       // at most 100
	Parts       []Part       `json:"parts,omitempty"`       // the structure: the sections of the text in order
	Tone        *Tone        `json:"tone,omitempty"`        // English only
	Readability *Readability `json:"readability,omitempty"` // English and German only
	Fingerprint []uint32     `json:"fingerprint,omitempty"` // MinHash-128 over word pairs, for near-duplicates
	Method      string       `json:"method,omitempty"`
	Model       *ModelUse    `json:"model,omitempty"`
	Limits      []Limit      `json:"limits,omitempty"`
}

// Abstract is a summary in a language model's own words; each of its statements stands on sentences of the source.
type Abstract struct {
	Statements []Statement `json:"statements"`
	Method     string      `json:"method"`
}

// Statement is a sentence of ours with what it stands on.
type Statement struct {
	Text   string  `json:"text"`
	Quotes []Quote `json:"quotes"`
}

// Topic is a group of terms that occur together.
type Topic struct {
	Terms []string `json:"terms"` // the weightiest first; the first names the topic
	Share float64  `json:"share"` // of the sentences, 0 to 1
}

// Kinds of entities. Without a language model an entity that gives no sign of its kind stays EntityOther.
const (
	EntityPerson       = "person"
	EntityOrganization = "organization"
	EntityPlace        = "place"
	EntityOther        = "other"
)

// Entity is a name that the text mentions.
type Entity struct {
	Name     string   `json:"name"` // its fullest form
	Kind     string   `json:"kind"`
	Count    int      `json:"count"`
	Aliases  []string `json:"aliases,omitempty"`
	Mentions []int    `json:"mentions"` // sentences, at most 20
	Method   string   `json:"method"`
}

// Quotation is what the text gives as somebody's words.
type Quotation struct {
	Text    string `json:"text"`
	Speaker string `json:"speaker,omitempty"` // empty: the text does not say
	Where   Quote  `json:"where"`
}

// Number is a figure in the text.
type Number struct {
	Text     string   `json:"text"` // as it stands there, with its unit
	Value    float64  `json:"value"`
	To       *float64 `json:"to,omitempty"`   // the upper end of a range
	Unit     string   `json:"unit,omitempty"` // percent, a currency's code, a unit, or the noun that is counted
	Sentence int      `json:"sentence"`
}

// Date is a date in the text.
type Date struct {
	Text     string `json:"text"`
	Date     string `json:"date"`               // ISO 8601, as exact as the text: 2026, 2026-11 or 2026-11-25
	Inferred bool   `json:"inferred,omitempty"` // the year, or all of it, is inferred from the day of publication
	Sentence int    `json:"sentence"`
}

// Part is a section of the text.
type Part struct {
	Heading   string   `json:"heading,omitempty"`
	Level     int      `json:"level,omitempty"`
	From      int      `json:"from"` // its first sentence
	Sentences int      `json:"sentences"`
	Words     int      `json:"words"`
	Tone      *float64 `json:"tone,omitempty"` // mean compound score of its sentences; English only
	StartMS   *int64   `json:"start_ms,omitempty"`
}

// Language is the language of a text: declared by the source, or detected.
type Language struct {
	Code     string `json:"code"` // ISO 639-1, empty when unknown
	Name     string `json:"name,omitempty"`
	Declared bool   `json:"declared"`
	Reliable bool   `json:"reliable"`
}

// Sentence is a sentence of the source, quoted, with its place in it.
type Sentence struct {
	Index int     `json:"index"` // from 0, over the analysed text
	Text  string  `json:"text"`
	Score float64 `json:"score"`
}

// KeyTerm is a phrase that characterises the text.
type KeyTerm struct {
	Text  string  `json:"text"`
	Count int     `json:"count"`
	Score float64 `json:"score"`
}

// Tone is lexical: it counts words with a known charge and knows nothing of irony or context.
type Tone struct {
	Method   string  `json:"method"`
	Compound float64 `json:"compound"` // mean over the sentences, -1 to 1
	Positive float64 `json:"positive"` // share of sentences above 0.05
	Neutral  float64 `json:"neutral"`
	Negative float64 `json:"negative"` // share of sentences below -0.05
}

// Readability holds two standard formulas.
type Readability struct {
	Method             string  `json:"method"`
	FleschReadingEase  float64 `json:"flesch_reading_ease"`
	FleschKincaidGrade float64 `json:"flesch_kincaid_grade"`
	WordsPerSentence   float64 `json:"words_per_sentence"`
	SyllablesPerWord   float64 `json:"syllables_per_word"`
	ReadingTimeMinutes float64 `json:"reading_time_minutes"` // at 238 words a minute
}
