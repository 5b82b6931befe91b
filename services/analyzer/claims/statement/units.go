package statement

// unit is a unit of measure; figures of units with the same base are compared.
type unit struct {
	name, base string
	factor     float64
	symbols    string // the same in every language
}

// units are those that are told apart. Anything else that is counted is compared by the nouns that follow it.
var units = []unit{
	{"percent", "percent", 1, "%"},
	{"points", "percentage points", 1, ""},
	{"permille", "percent", 0.1, "‰"},
	{"euro", "EUR", 1, "€, eur"},
	{"dollar", "USD", 1, "$, usd"},
	{"pound", "GBP", 1, "£, gbp"},
	{"yen", "JPY", 1, "¥, jpy"},
	{"franc", "CHF", 1, "chf"},
	{"millimetre", "m", 0.001, "mm"},
	{"centimetre", "m", 0.01, "cm"},
	{"metre", "m", 1, "m"},
	{"kilometre", "m", 1000, "km"},
	{"mile", "m", 1609.344, ""},
	{"foot", "m", 0.3048, "ft"},
	{"hectare", "ha", 1, "ha"},
	{"squarekm", "ha", 100, "km2, km²"},
	{"gram", "kg", 0.001, "g"},
	{"kilogram", "kg", 1, "kg"},
	{"tonne", "kg", 1000, ""},
	{"litre", "l", 1, "l"},
	{"degree", "°C", 1, "° c, °c, °"},
	{"kmh", "km/h", 1, ""},
	{"watt", "W", 1, ""},
	{"kilowatt", "W", 1e3, "kw"},
	{"megawatt", "W", 1e6, "mw"},
	{"gigawatt", "W", 1e9, "gw"},
	{"kilowatthour", "Wh", 1e3, "kwh"},
	{"megawatthour", "Wh", 1e6, "mwh"},
	{"gigawatthour", "Wh", 1e9, "gwh"},
	{"terawatthour", "Wh", 1e12, "twh"},
	{"second", "s", 1, ""},
	{"minute", "s", 60, ""},
	{"hour", "s", 3600, ""},
	{"day", "d", 1, ""},
	{"week", "d", 7, ""},
	{"month", "month", 1, ""},
	{"year", "month", 12, ""},
}

// Years is the base of durations in years, in months each.
const Years = "month"

// Percent is the unit of shares.
const Percent = "percent"
