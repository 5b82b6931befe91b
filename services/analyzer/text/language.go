package text

import (
	"strings"

	"github.com/RadhiFadlillah/whatlanggo"

	"autointel.example/schemas"
)

// detectFrom is how much of a text is looked at, in bytes: more changes nothing.
const detectFrom = 20_000

// Detect returns the language of a text. What the source declares wins; else it is detected, and says how sure that is.
func Detect(s, declared string) schemas.Language {
	if code, _, _ := strings.Cut(strings.ToLower(declared), "-"); len(code) == 2 {
		return schemas.Language{Code: code, Name: nameOf(code), Declared: true, Reliable: true}
	}
	if len(s) > detectFrom {
		s = strings.ToValidUTF8(s[:detectFrom], "")
	}
	info := whatlanggo.Detect(s)
	code := info.Lang.Iso6391()
	if code == "" {
		return schemas.Language{}
	}
	return schemas.Language{Code: code, Name: info.Lang.String(), Reliable: info.IsReliable()}
}

func nameOf(code string) string {
	for lang := range whatlanggo.Langs {
		if lang.Iso6391() == code {
			return lang.String()
		}
	}
	return ""
}
