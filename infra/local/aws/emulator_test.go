package emulator_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// running is the one emulator of this test binary; each test begins with reset.
var running *emulator.Emulator

func TestMain(m *testing.M) {
	if os.Getenv(parent) != "" {
		os.Exit(startAndWait())
	}
	os.Exit(func() int {
		var err error
		running, err = emulator.Start(context.Background(), emulator.Options{Log: os.Stderr})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		code := m.Run()
		if err := running.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return code
	}())
}

// fresh empties the account and returns a context and a configuration for it.
func fresh(t *testing.T) (context.Context, aws.Config) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	if err := running.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	// Dummy credentials: the emulator takes any.
	return ctx, configured(t, ctx, credentials.NewStaticCredentialsProvider("dummy", "dummy", ""))
}

func configured(t *testing.T, ctx context.Context, c aws.CredentialsProvider) aws.Config {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithRegion(emulator.Region),
		config.WithBaseEndpoint(running.URL),
		config.WithCredentialsProvider(c))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// must is for calls on the way to what a test is about.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// eventually polls for something that AWS does by itself a while later.
func eventually(t *testing.T, ctx context.Context, what string, done func() bool) {
	t.Helper()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
