package deploy_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/deploy"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

// TestTick: every schedule fires at once, the Scheduler's keywords filled in, and what it sends arrives where the
// pipeline says: the cluster's tick by the bus and its rules, other invocations in front of their functions.
func TestTick(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the AWS emulator")
	}
	c := clients(t)
	d, err := deploy.Deploy(t.Context(), c, pipeline.New("slipway"), emulator.Account)
	if err != nil {
		t.Fatal(err)
	}
	schedules, err := d.Schedules(t.Context(), c, []events.Cluster{demo})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); d.Tick(ctx, c, schedules, slog.New(slog.DiscardHandler)) }()
	for name, url := range map[string]string{"provision": d.QueueURL["provision"], "register": d.QueueURL["register"], "catalog": d.AsyncURL["catalog"]} {
		event, err := events.Decode([]byte(next(t, c, url)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if tick, ok := event.(events.Tick); !ok || tick.Cluster != demo.Key || tick.ClusterName != demo.Name {
			t.Errorf("%s got %+v", name, event)
		}
	}
	if body := next(t, c, d.AsyncURL["observe"]); body != "{}" {
		t.Errorf("observe got %s", body)
	}
	stop()
	<-ended
}

// next is the body of the queue's next message.
func next(t *testing.T, c deploy.Clients, url string) string {
	t.Helper()
	for {
		out, err := c.Queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) > 0 {
			return aws.ToString(out.Messages[0].Body)
		}
	}
}
