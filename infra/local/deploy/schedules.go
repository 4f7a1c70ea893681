package deploy

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

// Schedule as it was created: what the Scheduler does every Rate.
type Schedule struct {
	Name string
	Rate time.Duration
	// Detail is published on the bus as an event of DetailType, unless Function is invoked with it.
	DetailType string
	Detail     string
	Function   string
}

// Schedules creates the pipeline's schedules and those of each cluster, and returns them for the ticker: the emulator
// stores schedules but never fires them.
func (d *Deployed) Schedules(ctx context.Context, c Clients, clusters []events.Cluster) ([]Schedule, error) {
	var all []Schedule
	for _, s := range d.Pipeline.Schedules {
		if !s.PerCluster {
			all = append(all, Schedule{Name: d.Pipeline.Name(s.Name), Rate: s.Rate, Function: s.Function, Detail: "{}"})
			continue
		}
		for _, cluster := range clusters {
			one, err := d.perCluster(s, cluster)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	for _, s := range all {
		if err := d.createSchedule(ctx, c, s); err != nil {
			return nil, fmt.Errorf("schedule %s: %w", s.Name, err)
		}
	}
	return all, nil
}

func (d *Deployed) perCluster(s pipeline.Schedule, cluster events.Cluster) (Schedule, error) {
	input, err := events.TickInput(cluster)
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %s: %w", s.Name, err)
	}
	out := Schedule{Name: d.Pipeline.Name(s.Name + "-" + cluster.Key), Rate: s.Rate, DetailType: s.Event, Detail: input, Function: s.Function}
	if s.Function != "" {
		// Written by hand: encoding/json would escape the angle brackets of the Scheduler's keywords.
		out.Detail = fmt.Sprintf(`{"version":"0","id":%q,"source":%q,"detail-type":%q,"time":%q,"detail":%s}`,
			events.SchedulerExecutionID, events.Source, s.Event, events.SchedulerScheduledTime, input)
	}
	return out, nil
}

func (d *Deployed) createSchedule(ctx context.Context, c Clients, s Schedule) error {
	target := &types.Target{RoleArn: aws.String("arn:aws:iam::" + d.Account + ":role/" + d.Pipeline.Name("scheduler")), Input: &s.Detail}
	if s.Function != "" {
		target.Arn = aws.String(d.arn("lambda", "function:"+d.Pipeline.Name(s.Function)))
	} else {
		target.Arn = aws.String(d.arn("events", "event-bus/"+d.Pipeline.Bus()))
		target.EventBridgeParameters = &types.EventBridgeParameters{DetailType: &s.DetailType, Source: aws.String(events.Source)}
	}
	minutes, unit := int(s.Rate.Minutes()), "minutes"
	if minutes == 1 {
		unit = "minute"
	}
	_, err := c.Scheduler.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
		Name: &s.Name, Target: target,
		ScheduleExpression: aws.String(fmt.Sprintf("rate(%d %s)", minutes, unit)),
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
	})
	return err
}
