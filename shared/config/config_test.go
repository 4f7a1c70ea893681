package config_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/config"
)

// environment reads "NAME=value" lines.
func environment(lines ...string) func(string) string {
	env := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

func TestLoad(t *testing.T) {
	lambda := []string{"AWS_REGION=eu-west-1", "AWS_LAMBDA_FUNCTION_NAME=slipway-observe"}
	tests := map[string]struct {
		set   []string
		needs []config.Variable
		want  config.Config
	}{
		"defaults": {
			want: config.Config{
				Function: "slipway-observe", Region: "eu-west-1", Version: "dev",
				LogLevel: slog.LevelInfo, ObserveFor: 14 * time.Minute, ObserveMode: config.Watch,
			},
		},
		"everything": {
			set: []string{
				"SLIPWAY_BUS=slipway", "SLIPWAY_LEDGER=arn:aws:dynamodb:eu-west-1:111122223333:table/ledger",
				"SLIPWAY_BUCKET=slipway-111122223333", "SLIPWAY_QUEUE_URL=http://127.0.0.1:4000/123456789012/register",
				"SLIPWAY_DEAD_LETTERS_URL=https://sqs.eu-west-1.amazonaws.com/111122223333/dead.fifo",
				"SLIPWAY_LOG_LEVEL=debug", "SLIPWAY_VERSION=v1.2.3", "SLIPWAY_OBSERVE_FOR=14m30s", "SLIPWAY_OBSERVE_MODE=poll",
			},
			needs: []config.Variable{config.Bus, config.Ledger, config.Bucket, config.QueueURL, config.DeadLetters},
			want: config.Config{
				Function: "slipway-observe", Region: "eu-west-1", Version: "v1.2.3", LogLevel: slog.LevelDebug,
				Bus: "slipway", Ledger: "arn:aws:dynamodb:eu-west-1:111122223333:table/ledger", Bucket: "slipway-111122223333",
				QueueURL:    "http://127.0.0.1:4000/123456789012/register",
				DeadLetters: "https://sqs.eu-west-1.amazonaws.com/111122223333/dead.fifo",
				ObserveFor:  14*time.Minute + 30*time.Second, ObserveMode: config.Poll,
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := config.Load(environment(append(tt.set, lambda...)...), tt.needs...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestLoadNamesAllThatIsWrong: an operator corrects everything at once, and a variable that was
// not asked for is not missed.
func TestLoadNamesAllThatIsWrong(t *testing.T) {
	env := environment(
		"AWS_REGION=eu-west-1", "SLIPWAY_LEDGER=${Ledger}", "SLIPWAY_QUEUE_URL=register",
		"SLIPWAY_LOG_LEVEL=loud", "SLIPWAY_OBSERVE_FOR=15m", "SLIPWAY_OBSERVE_MODE=listen",
	)
	_, err := config.Load(env, config.Bus, config.Ledger)
	if err == nil {
		t.Fatal("no error")
	}
	want := strings.Join([]string{
		`configuration: AWS_LAMBDA_FUNCTION_NAME is missing`,
		`SLIPWAY_LOG_LEVEL is invalid: "loud" is not one of debug, info, warn, error`,
		`SLIPWAY_BUS is missing`,
		`SLIPWAY_LEDGER is invalid: "${Ledger}" is neither a name nor an ARN`,
		`SLIPWAY_QUEUE_URL is invalid: "register" is not an http or https URL`,
		`SLIPWAY_OBSERVE_FOR is invalid: 15m0s is not within 0s and 14m30s`,
		`SLIPWAY_OBSERVE_MODE is invalid: "listen" is not one of watch, poll`,
	}, "; ")
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLoadRefusesDurations(t *testing.T) {
	for _, value := range []string{"0s", "-1m", "14m31s", "14", "soon"} {
		env := environment("AWS_REGION=r", "AWS_LAMBDA_FUNCTION_NAME=f", "SLIPWAY_OBSERVE_FOR="+value)
		if cfg, err := config.Load(env); err == nil || !strings.Contains(err.Error(), "SLIPWAY_OBSERVE_FOR") {
			t.Errorf("%q: %v, error %v", value, cfg.ObserveFor, err)
		}
	}
}
