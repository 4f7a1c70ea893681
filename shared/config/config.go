// Package config turns a function's environment into one validated struct, once, before anything
// else is built. The pipeline's description (infra/pipeline) sets the variables by the names
// declared here, so that a misspelt one does not compile.
//
// A bootstrap says what its function cannot do without:
//
//	cfg, err := config.Load(os.Getenv, config.Bus, config.Ledger, config.Bucket)
//
// and ends with the error if there is one: it names every variable that is missing or wrong, so
// that one failed start is enough to correct them all.
package config

import (
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Config is a function's configuration. A field whose variable is not set, and was not asked for,
// holds its default.
type Config struct {
	Function    string     // Lambda's name for the function
	Region      string     // the function's own
	Version     string     // of the build
	LogLevel    slog.Level // the least that is logged
	Bus         string     // the event bus: name or ARN
	Ledger      string     // the DynamoDB table: name or ARN
	Bucket      string     // the S3 bucket of the catalog and the decision records
	QueueURL    string     // the function's own queue, for delayed messages to itself
	DeadLetters string     // URL of the queue that keeps what will never succeed
	ObserveFor  time.Duration
	ObserveMode ObserveMode
}

// ObserveMode is how observe learns of changes.
type ObserveMode string

// The modes of observe.
const (
	Watch ObserveMode = "watch" // holds watches open as long as it lives
	Poll  ObserveMode = "poll"  // lists once and ends
)

// MaxObserveFor is the longest life of an observe: Lambda's 15 minutes, less the time that its
// successor and its own farewell need.
const MaxObserveFor = 14*time.Minute + 30*time.Second

// Load reads every variable and checks what is set. What Lambda itself sets (AWS_REGION,
// AWS_LAMBDA_FUNCTION_NAME) is always needed, needs adds to it. The error names every variable
// that is missing or invalid.
func Load(getenv func(string) string, needs ...Variable) (Config, error) {
	needed := map[Variable]bool{Region: true, Function: true}
	for _, need := range needs {
		needed[need] = true
	}
	var cfg Config
	var wrong []string
	for _, v := range variables() {
		value := getenv(string(v.name))
		if value == "" {
			value = v.fallback
		}
		if value == "" {
			if needed[v.name] {
				wrong = append(wrong, fmt.Sprintf("%s is missing", v.name))
			}
			continue
		}
		if err := v.set(&cfg, value); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s is invalid: %v", v.name, err))
		}
	}
	if len(wrong) > 0 {
		return Config{}, fmt.Errorf("configuration: %s", strings.Join(wrong, "; "))
	}
	return cfg, nil
}
