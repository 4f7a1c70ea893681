package config

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// Variable is the name of an environment variable.
type Variable string

// The variables of ours, and the two of Lambda's that we read.
const (
	Bus         Variable = "SLIPWAY_BUS"
	Ledger      Variable = "SLIPWAY_LEDGER"
	Bucket      Variable = "SLIPWAY_BUCKET"
	QueueURL    Variable = "SLIPWAY_QUEUE_URL"
	DeadLetters Variable = "SLIPWAY_DEAD_LETTERS_URL"
	LogLevel    Variable = "SLIPWAY_LOG_LEVEL"    // debug, info, warn or error
	Version     Variable = "SLIPWAY_VERSION"      // default dev
	ObserveFor  Variable = "SLIPWAY_OBSERVE_FOR"  // as Go writes durations, e.g. 14m
	ObserveWith Variable = "SLIPWAY_OBSERVE_MODE" // watch or poll

	Region   Variable = "AWS_REGION"
	Function Variable = "AWS_LAMBDA_FUNCTION_NAME"
)

type variable struct {
	name     Variable
	fallback string
	set      func(*Config, string) error
}

func variables() []variable {
	return []variable{
		{Function, "", text(func(c *Config) *string { return &c.Function })},
		{Region, "", text(func(c *Config) *string { return &c.Region })},
		{Version, "dev", text(func(c *Config) *string { return &c.Version })},
		{LogLevel, "info", setLogLevel},
		{Bus, "", name(func(c *Config) *string { return &c.Bus })},
		{Ledger, "", name(func(c *Config) *string { return &c.Ledger })},
		{Bucket, "", name(func(c *Config) *string { return &c.Bucket })},
		{QueueURL, "", address(func(c *Config) *string { return &c.QueueURL })},
		{DeadLetters, "", address(func(c *Config) *string { return &c.DeadLetters })},
		{ObserveFor, "14m", setObserveFor},
		{ObserveWith, string(Watch), setObserveMode},
	}
}

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = value
		return nil
	}
}

// name takes what AWS allows in names of buses, tables and buckets, and their ARNs. It is there
// to catch a forgotten substitution such as "${Bus}", not to judge names.
func name(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if strings.ContainsFunc(value, notInNames) {
			return fmt.Errorf("%q is neither a name nor an ARN", value)
		}
		*field(c) = value
		return nil
	}
}

func notInNames(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("._/:-", r)
}

func address(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return fmt.Errorf("%q is not an http or https URL", value)
		}
		*field(c) = value
		return nil
	}
}

func setLogLevel(c *Config, value string) error {
	switch strings.ToLower(value) {
	case "debug":
		c.LogLevel = slog.LevelDebug
	case "info":
		c.LogLevel = slog.LevelInfo
	case "warn":
		c.LogLevel = slog.LevelWarn
	case "error":
		c.LogLevel = slog.LevelError
	default:
		return fmt.Errorf("%q is not one of debug, info, warn, error", value)
	}
	return nil
}

func setObserveFor(c *Config, value string) error {
	life, err := time.ParseDuration(value)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 14m", value)
	}
	if life <= 0 || life > MaxObserveFor {
		return fmt.Errorf("%s is not within 0s and %s", life, MaxObserveFor)
	}
	c.ObserveFor = life
	return nil
}

func setObserveMode(c *Config, value string) error {
	switch mode := ObserveMode(value); mode {
	case Watch, Poll:
		c.ObserveMode = mode
		return nil
	}
	return fmt.Errorf("%q is not one of watch, poll", value)
}
