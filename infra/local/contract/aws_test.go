package contract

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// cloud is the one AWS emulator of this test binary, started by the first test that needs it. Tests do not reset it:
// each makes its own tables, buckets and clusters.
var cloud = sync.OnceValues(func() (*emulator.Emulator, error) {
	return emulator.Start(context.Background(), emulator.Options{Log: os.Stderr})
})

// used says that the emulator was started, and has to be stopped.
var used = false

func TestMain(m *testing.M) {
	code := m.Run()
	if used {
		if running, err := cloud(); err == nil {
			if err := running.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
	os.Exit(code)
}

// startAWS returns the emulator and a configuration for it.
func startAWS(t *testing.T) (*emulator.Emulator, aws.Config) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts the AWS emulator: not with -short")
	}
	used = true
	running, err := cloud()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.LoadDefaultConfig(t.Context(),
		config.WithRegion(emulator.Region),
		config.WithBaseEndpoint(running.URL),
		// Dummy credentials: the emulator takes any.
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("dummy", "dummy", "")))
	if err != nil {
		t.Fatal(err)
	}
	return running, cfg
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
