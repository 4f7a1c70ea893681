// Package deploy creates on the AWS emulator, by API calls, exactly what infra/pipeline describes: bus, queues with
// their dead-letter queues, rules with targets, schedules, ledger and bucket. CloudFormation is not used locally, since
// the emulator's skips half of it silently; the stacks are made from the same data.
package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/slipway-dev/slipway/infra/pipeline"
)

// Deployed is where the resources ended up.
type Deployed struct {
	Pipeline pipeline.Pipeline
	Region   string
	Account  string
	Bucket   string
	QueueURL map[string]string // by the queue's name in the pipeline
	QueueARN map[string]string
	AsyncURL map[string]string // by function: the queue that stands for Lambda's own
}

// Clients of the emulator.
type Clients struct {
	Config    aws.Config
	Queues    *sqs.Client
	Events    *eventbridge.Client
	Ledger    *dynamodb.Client
	Bucket    *s3.Client
	Scheduler *scheduler.Client
}

// NewClients are clients for a configuration that points at the emulator.
func NewClients(cfg aws.Config) Clients {
	return Clients{
		Config:    cfg,
		Queues:    sqs.NewFromConfig(cfg),
		Events:    eventbridge.NewFromConfig(cfg),
		Ledger:    dynamodb.NewFromConfig(cfg),
		Bucket:    s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		Scheduler: scheduler.NewFromConfig(cfg),
	}
}

// Deploy creates everything. It is meant for an empty emulator.
func Deploy(ctx context.Context, c Clients, p pipeline.Pipeline, account string) (*Deployed, error) {
	d := &Deployed{
		Pipeline: p, Region: c.Config.Region, Account: account, Bucket: p.Name(account),
		QueueURL: map[string]string{}, QueueARN: map[string]string{}, AsyncURL: map[string]string{},
	}
	for _, step := range []func(context.Context, Clients) error{d.storage, d.queues, d.asyncQueues, d.bus, d.rules} {
		if err := step(ctx, c); err != nil {
			return nil, fmt.Errorf("deploy: %w", err)
		}
	}
	return d, nil
}

func (d *Deployed) storage(ctx context.Context, c Clients) error {
	key := func(name string, kind dynamotypes.KeyType) dynamotypes.KeySchemaElement {
		return dynamotypes.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	text := func(name string) dynamotypes.AttributeDefinition {
		return dynamotypes.AttributeDefinition{AttributeName: &name, AttributeType: dynamotypes.ScalarAttributeTypeS}
	}
	_, err := c.Ledger.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(d.Pipeline.Ledger()),
		BillingMode:          dynamotypes.BillingModePayPerRequest,
		KeySchema:            []dynamotypes.KeySchemaElement{key("pk", dynamotypes.KeyTypeHash), key("sk", dynamotypes.KeyTypeRange)},
		AttributeDefinitions: []dynamotypes.AttributeDefinition{text("pk"), text("sk")},
	})
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	_, err = c.Ledger.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(d.Pipeline.Ledger()),
		TimeToLiveSpecification: &dynamotypes.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		return fmt.Errorf("ledger's time to live: %w", err)
	}
	if _, err := c.Bucket.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &d.Bucket}); err != nil {
		return fmt.Errorf("bucket: %w", err)
	}
	return nil
}

// queues are created with those first that others redrive to.
func (d *Deployed) queues(ctx context.Context, c Clients) error {
	for _, deadLetters := range []bool{true, false} {
		for _, q := range d.Pipeline.Queues {
			if (q.DeadLetters == "") != deadLetters {
				continue
			}
			if err := d.queue(ctx, c, q); err != nil {
				return fmt.Errorf("queue %s: %w", q.Name, err)
			}
		}
	}
	return nil
}

func (d *Deployed) queue(ctx context.Context, c Clients, q pipeline.Queue) error {
	attributes := map[string]string{
		"VisibilityTimeout":      strconv.Itoa(int(q.Visibility.Seconds())),
		"MessageRetentionPeriod": strconv.Itoa(int(q.Retention.Seconds())),
	}
	name := d.Pipeline.Name(q.Name)
	if q.FIFO {
		name += ".fifo"
		attributes["FifoQueue"] = "true"
		attributes["ContentBasedDeduplication"] = "true"
		attributes["DeduplicationScope"] = "messageGroup"
		attributes["FifoThroughputLimit"] = "perMessageGroupId"
	}
	if q.DeadLetters != "" {
		policy, err := json.Marshal(map[string]any{"deadLetterTargetArn": d.QueueARN[q.DeadLetters], "maxReceiveCount": q.MaxReceives})
		if err != nil {
			return err
		}
		attributes["RedrivePolicy"] = string(policy)
	}
	url, err := createQueue(ctx, c, name, attributes)
	d.QueueURL[q.Name], d.QueueARN[q.Name] = url, d.arn("sqs", name)
	return err
}

func createQueue(ctx context.Context, c Clients, name string, attributes map[string]string) (string, error) {
	out, err := c.Queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.QueueUrl), nil
}

// asyncQueues stand for the queue that Lambda keeps in front of every function that is invoked asynchronously. They
// belong to Lambda, not to the pipeline.
func (d *Deployed) asyncQueues(ctx context.Context, c Clients) error {
	for _, f := range d.Pipeline.Functions {
		if f.Invoke == nil {
			continue
		}
		name := "lambda-async-" + d.Pipeline.Name(f.Name)
		url, err := createQueue(ctx, c, name, map[string]string{"VisibilityTimeout": "900"})
		if err != nil {
			return fmt.Errorf("queue in front of %s: %w", f.Name, err)
		}
		d.AsyncURL[f.Name] = url
	}
	return nil
}

func (d *Deployed) bus(ctx context.Context, c Clients) error {
	_, err := c.Events.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String(d.Pipeline.Bus())})
	if err != nil {
		return fmt.Errorf("bus: %w", err)
	}
	return nil
}

func (d *Deployed) rules(ctx context.Context, c Clients) error {
	for _, r := range d.Pipeline.Rules {
		name := d.Pipeline.Name(r.Name)
		_, err := c.Events.PutRule(ctx, &eventbridge.PutRuleInput{
			Name: &name, EventBusName: aws.String(d.Pipeline.Bus()), EventPattern: aws.String(r.Pattern), State: eventtypes.RuleStateEnabled,
		})
		if err != nil {
			return fmt.Errorf("rule %s: %w", r.Name, err)
		}
		out, err := c.Events.PutTargets(ctx, &eventbridge.PutTargetsInput{
			Rule: &name, EventBusName: aws.String(d.Pipeline.Bus()), Targets: []eventtypes.Target{d.target(r)},
		})
		if err == nil && out.FailedEntryCount > 0 {
			err = errors.New(aws.ToString(out.FailedEntries[0].ErrorMessage))
		}
		if err != nil {
			return fmt.Errorf("target of rule %s: %w", r.Name, err)
		}
	}
	return nil
}

func (d *Deployed) target(r pipeline.Rule) eventtypes.Target {
	if r.Function != "" {
		return eventtypes.Target{Id: aws.String("function"), Arn: aws.String(d.arn("sqs", "lambda-async-"+d.Pipeline.Name(r.Function)))}
	}
	t := eventtypes.Target{Id: aws.String("queue"), Arn: aws.String(d.QueueARN[r.Queue])}
	if r.Group != "" {
		t.SqsParameters = &eventtypes.SqsParameters{MessageGroupId: aws.String(r.Group)}
	}
	return t
}

func (d *Deployed) arn(service, name string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, d.Region, d.Account, name)
}

// Messages returns how many messages the pipeline's queues hold, on their way or waiting, by queue.
func (d *Deployed) Messages(ctx context.Context, c Clients) (map[string]int, error) {
	counts := map[string]int{}
	for name, url := range d.QueueURL {
		out, err := c.Queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
		})
		if err != nil {
			return nil, fmt.Errorf("queue %s: %w", name, err)
		}
		for _, a := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"} {
			n, _ := strconv.Atoi(out.Attributes[a])
			counts[name] += n
		}
	}
	return counts, nil
}
