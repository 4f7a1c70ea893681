package deploy

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/slipway-dev/slipway/events"
)

// Tick fires the schedules until ctx ends: each once at once, then at its rate. It fills in the Scheduler's keywords.
func (d *Deployed) Tick(ctx context.Context, c Clients, schedules []Schedule, log *slog.Logger) {
	var running sync.WaitGroup
	for _, s := range schedules {
		running.Go(func() {
			ticker := time.NewTicker(s.Rate)
			defer ticker.Stop()
			for at := time.Now(); ; {
				if err := d.fire(ctx, c, s, at); err != nil && ctx.Err() == nil {
					log.Warn("schedule did not fire", "schedule", s.Name, "error", err)
				}
				select {
				case <-ctx.Done():
					return
				case at = <-ticker.C:
				}
			}
		})
	}
	running.Wait()
}

func (d *Deployed) fire(ctx context.Context, c Clients, s Schedule, at time.Time) error {
	detail := strings.NewReplacer(
		events.SchedulerExecutionID, rand.Text(),
		events.SchedulerScheduledTime, at.UTC().Format(time.RFC3339),
	).Replace(s.Detail)
	if s.Function != "" {
		url := d.AsyncURL[s.Function]
		_, err := c.Queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &detail})
		return err
	}
	return d.Publish(ctx, c, s.DetailType, detail)
}

// Publish puts one event of ours on the bus.
func (d *Deployed) Publish(ctx context.Context, c Clients, detailType, detail string) error {
	out, err := c.Events.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{{
		EventBusName: aws.String(d.Pipeline.Bus()), Source: aws.String(events.Source), DetailType: &detailType, Detail: &detail,
	}}})
	if err == nil && out.FailedEntryCount > 0 {
		err = fmt.Errorf("put event: %s", aws.ToString(out.Entries[0].ErrorMessage))
	}
	return err
}
