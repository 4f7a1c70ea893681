package deploy_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/events"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/deploy"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

var demo = events.Cluster{Key: "0123456789ab", Name: "demo"}

// TestDeployed lists by API what is there after a deployment and compares it with the pipeline's description, both
// ways: nothing is missing, nothing is there that nobody described. Then it breaks what is there, a piece at a time;
// each break must be seen.
func TestDeployed(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the AWS emulator")
	}
	ctx := t.Context()
	c := clients(t)
	p := pipeline.New("slipway")
	d, err := deploy.Deploy(ctx, c, p, emulator.Account)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Schedules(ctx, c, []events.Cluster{demo}); err != nil {
		t.Fatal(err)
	}
	want := described(p)
	if diff := cmp.Diff(want, listed(t, c, p)); diff != "" {
		t.Fatalf("the pipeline's description (-) and what is there (+):\n%s", diff)
	}
	for name, harm := range map[string]func() error{
		"rule disabled": func() error {
			_, err := c.Events.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: aws.String("slipway-stray"), EventBusName: aws.String("slipway")})
			return err
		},
		"target removed": func() error {
			_, err := c.Events.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: aws.String("slipway-register"), EventBusName: aws.String("slipway"), Ids: []string{"queue"}})
			return err
		},
		"queue of nobody": func() error {
			_, err := c.Queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("slipway-nobody")})
			return err
		},
		"visibility changed": func() error {
			_, err := c.Queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
				QueueUrl: aws.String(d.QueueURL["register"]), Attributes: map[string]string{"VisibilityTimeout": "5"},
			})
			return err
		},
		"schedule deleted": func() error {
			_, err := c.Scheduler.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: aws.String("slipway-observe")})
			return err
		},
	} {
		before := listed(t, c, p)
		if err := harm(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if cmp.Equal(before, listed(t, c, p)) {
			t.Errorf("%s: not seen", name)
		}
	}
}

func clients(t *testing.T) deploy.Clients {
	t.Helper()
	aws, err := emulator.Start(t.Context(), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { aws.Stop() })
	cfg, err := awsconfig.LoadDefaultConfig(t.Context(),
		awsconfig.WithRegion(emulator.Region), awsconfig.WithBaseEndpoint(aws.URL),
		awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("dummy", "dummy", "")))
	if err != nil {
		t.Fatal(err)
	}
	return deploy.NewClients(cfg)
}
