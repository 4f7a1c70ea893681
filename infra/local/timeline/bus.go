package timeline

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/slipway-dev/slipway/events"
)

// Tap listens on the bus as any subscriber could: a rule for all events of ours, into a queue of its own.
type Tap struct {
	queues *sqs.Client
	url    string
}

// NewTap makes rule and queue.
func NewTap(ctx context.Context, bus string, queues *sqs.Client, rules *eventbridge.Client) (*Tap, error) {
	q, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("timeline")})
	if err != nil {
		return nil, fmt.Errorf("tap the bus: %w", err)
	}
	attributes, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	if err != nil {
		return nil, fmt.Errorf("tap the bus: %w", err)
	}
	_, err = rules.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String("timeline"), EventBusName: &bus, EventPattern: aws.String(`{"source":["` + events.Source + `"]}`),
	})
	if err == nil {
		_, err = rules.PutTargets(ctx, &eventbridge.PutTargetsInput{
			Rule: aws.String("timeline"), EventBusName: &bus,
			Targets: []eventtypes.Target{{Id: aws.String("timeline"), Arn: aws.String(attributes.Attributes["QueueArn"])}},
		})
	}
	if err != nil {
		return nil, fmt.Errorf("tap the bus: %w", err)
	}
	return &Tap{queues, aws.ToString(q.QueueUrl)}, nil
}

// Run adds what the bus carries to the timeline until ctx ends.
func (t *Tap) Run(ctx context.Context, to *Timeline) {
	for ctx.Err() == nil {
		out, err := t.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &t.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		if err != nil {
			continue
		}
		for _, m := range out.Messages {
			if event, err := events.Decode([]byte(aws.ToString(m.Body))); err == nil {
				if e, ok := entry(event); ok {
					to.Add(e)
				}
			}
			t.queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &t.url, ReceiptHandle: m.ReceiptHandle})
		}
	}
}

// entry is the event in words. Ticks are no news.
func entry(event events.Event) (Entry, bool) {
	e := Entry{At: event.Head().At}
	switch event := event.(type) {
	case events.PodsPending:
		e.Who, e.What = "observe", Count(event.Count, "pod")+" without a place"
	case events.PlanDecided:
		e.Who, e.What = "provision", decided(event)
	case events.FleetLaunched:
		e.Who, e.What = "provision", launched(event)
	case events.CapacityNeeded:
		e.Who, e.What = "provision", "capacity needed: "+event.Reason
	case events.CatalogChanged:
		e.Who, e.What = "catalog", "catalog changed: "+event.Reason
	case events.NodeRegistered:
		e.Who, e.What = "register", fmt.Sprintf("%s registered for %s, %.1f s after its launch", event.Node, event.Claim, float64(event.SinceLaunch)/1e3)
	case events.NodeInitialized:
		e.Who, e.What = "register", event.Node+" initialized"
	case events.ClaimRetired:
		e.Who, e.What = "register", fmt.Sprintf("%s retired: %s", event.Claim, event.Reason)
	default:
		return e, false
	}
	return e, true
}

func decided(e events.PlanDecided) string {
	head := "decided: nothing to buy"
	if e.Claims > 0 {
		head = fmt.Sprintf("decided: %s, %.4f $/h", Count(e.Claims, "claim"), e.Cost)
	}
	if e.Unplaced > 0 {
		head += ", " + Count(e.Unplaced, "pod") + " without a place"
	}
	return strings.Join(append([]string{head}, e.Reasons...), "\n")
}

// shownErrors is how many refused offerings of a launch are worth a line each.
const shownErrors = 4

func launched(e events.FleetLaunched) string {
	lines := []string{fmt.Sprintf("launch %s attempt %d: %d of %s", e.Launch, e.Attempt, len(e.Instances), Count(len(e.Claims), "instance"))}
	for _, i := range e.Instances {
		lines = append(lines, fmt.Sprintf("%s %s %s %s for %s", i.ID, i.Type, i.Zone, i.CapacityType, i.Claim))
	}
	for _, x := range e.Errors[:min(shownErrors, len(e.Errors))] {
		refused := strings.Fields("refused " + x.Type + " " + x.Zone + " " + x.CapacityType) // any of them may be empty
		lines = append(lines, strings.Join(refused, " ")+": "+x.Code)
	}
	if more := len(e.Errors) - shownErrors; more > 0 {
		lines = append(lines, fmt.Sprintf("refused %d more", more))
	}
	return strings.Join(lines, "\n")
}
