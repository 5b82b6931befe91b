package llm

import (
	"errors"
	"net/url"
	"time"

	"autointel.example/internal/program"
)

// Secret is a text that is not shown, whatever prints or logs it.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from JSON and from logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Config says where the model is, and what it may cost. Without a BaseURL there is none.
type Config struct {
	BaseURL     string        `name:"llm-base-url" env:"AUTOINTEL_LLM_BASE_URL" placeholder:"URL" help:"An OpenAI-compatible endpoint, as https://api.openai.com/v1; without one, everything is computed from the text."`
	APIKey      Secret        `name:"llm-api-key" env:"AUTOINTEL_LLM_API_KEY" placeholder:"KEY" help:"Its key. Better from a file: a flag is seen by every user of the machine."`
	APIKeyFile  string        `name:"llm-api-key-file" env:"AUTOINTEL_LLM_API_KEY_FILE" placeholder:"FILE" help:"File that holds its key."`
	Model       string        `name:"llm-model" env:"AUTOINTEL_LLM_MODEL" placeholder:"NAME" help:"The model's name there."`
	Timeout     time.Duration `name:"llm-timeout" env:"AUTOINTEL_LLM_TIMEOUT" default:"60s" help:"Of one request."`
	InputPrice  float64       `name:"llm-input-price" env:"AUTOINTEL_LLM_INPUT_PRICE" placeholder:"USD" help:"US dollars for a million tokens that the model reads; with it, reports say what they cost."`
	OutputPrice float64       `name:"llm-output-price" env:"AUTOINTEL_LLM_OUTPUT_PRICE" placeholder:"USD" help:"US dollars for a million tokens that it writes."`
	MaxUSD      float64       `name:"llm-max-usd" env:"AUTOINTEL_LLM_MAX_USD" placeholder:"USD" help:"What the model may cost for one report, at most; needs the prices."`
}

// Enabled reports whether there is a model.
func (c Config) Enabled() bool { return c.BaseURL != "" }

// Resolve reads the key's file and reports every bad value at once. No error names a key.
func (c *Config) Resolve() error {
	errs := []error{program.FromFile("AUTOINTEL_LLM_API_KEY_FILE", c.APIKeyFile, (*string)(&c.APIKey))}
	if !c.Enabled() {
		if c.Model != "" || c.APIKey != "" {
			errs = append(errs, errors.New("AUTOINTEL_LLM_BASE_URL is not set, but the model's name or key is: set it, or none of them"))
		}
		return errors.Join(errs...)
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		errs = append(errs, errors.New("AUTOINTEL_LLM_BASE_URL must be an http or https address without a user, query or fragment, as https://api.openai.com/v1"))
	}
	if c.Model == "" {
		errs = append(errs, errors.New("AUTOINTEL_LLM_MODEL must name the model"))
	}
	if c.Timeout <= 0 {
		errs = append(errs, errors.New("AUTOINTEL_LLM_TIMEOUT must be more than 0"))
	}
	if c.InputPrice < 0 || c.OutputPrice < 0 || c.MaxUSD < 0 {
		errs = append(errs, errors.New("AUTOINTEL_LLM_INPUT_PRICE, AUTOINTEL_LLM_OUTPUT_PRICE and AUTOINTEL_LLM_MAX_USD must not be negative"))
	}
	if c.MaxUSD > 0 && c.InputPrice == 0 && c.OutputPrice == 0 {
		errs = append(errs, errors.New("AUTOINTEL_LLM_MAX_USD needs AUTOINTEL_LLM_INPUT_PRICE and AUTOINTEL_LLM_OUTPUT_PRICE: without prices nothing is known of the cost"))
	}
	return errors.Join(errs...)
}
