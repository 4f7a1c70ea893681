package deploy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/slipway-dev/slipway/infra/local/deploy"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

// lister lists one kind of resource.
type lister func(ctx context.Context, c deploy.Clients, p pipeline.Pipeline) ([]string, error)

// listed is what is there, in the same lines.
func listed(t *testing.T, c deploy.Clients, p pipeline.Pipeline) []string {
	t.Helper()
	var lines []string
	for _, list := range []lister{listQueues, listRules, listSchedules, listStorage} {
		more, err := list(t.Context(), c, p)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, more...)
	}
	slices.Sort(lines)
	return lines
}

func listQueues(ctx context.Context, c deploy.Clients, _ pipeline.Pipeline) (lines []string, err error) {
	all, err := c.Queues.ListQueues(ctx, &sqs.ListQueuesInput{})
	if err != nil {
		return nil, err
	}
	for _, url := range all.QueueUrls {
		out, err := c.Queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, attributesLine(url, out.Attributes))
	}
	return lines, nil
}

func attributesLine(url string, a map[string]string) string {
	dead := ""
	var policy struct {
		Target   string      `json:"deadLetterTargetArn"`
		Receives json.Number `json:"maxReceiveCount"`
	}
	if json.Unmarshal([]byte(a["RedrivePolicy"]), &policy) == nil {
		dead = policy.Target[strings.LastIndex(policy.Target, ":")+1:] + " after " + policy.Receives.String()
	}
	visibility, _ := strconv.Atoi(a["VisibilityTimeout"])
	retention, _ := strconv.Atoi(a["MessageRetentionPeriod"])
	return queueLine(path.Base(url), visibility, retention, dead)
}

func listRules(ctx context.Context, c deploy.Clients, p pipeline.Pipeline) (lines []string, err error) {
	rules, err := c.Events.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: aws.String(p.Bus())})
	if err != nil {
		return nil, err
	}
	for _, r := range rules.Rules {
		targets, err := c.Events.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: r.Name, EventBusName: r.EventBusName})
		if err != nil {
			return nil, err
		}
		if len(targets.Targets) == 0 {
			lines = append(lines, ruleLine(*r.Name, string(r.State), *r.EventPattern, "nowhere", ""))
		}
		for _, t := range targets.Targets {
			group := ""
			if t.SqsParameters != nil {
				group = aws.ToString(t.SqsParameters.MessageGroupId)
			}
			lines = append(lines, ruleLine(*r.Name, string(r.State), *r.EventPattern, (*t.Arn)[strings.LastIndex(*t.Arn, ":")+1:], group))
		}
	}
	return lines, nil
}

func listSchedules(ctx context.Context, c deploy.Clients, _ pipeline.Pipeline) (lines []string, err error) {
	all, err := c.Scheduler.ListSchedules(ctx, &scheduler.ListSchedulesInput{})
	if err != nil {
		return nil, err
	}
	for _, s := range all.Schedules {
		one, err := c.Scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: s.Name})
		if err != nil {
			return nil, err
		}
		target := strings.SplitN(*one.Target.Arn, ":", 6)[5]
		lines = append(lines, fmt.Sprintf("schedule %s %s to %s", *one.Name, *one.ScheduleExpression, target))
	}
	return lines, nil
}

func listStorage(ctx context.Context, c deploy.Clients, _ pipeline.Pipeline) (lines []string, err error) {
	tables, err := c.Ledger.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil {
		return nil, err
	}
	for _, name := range tables.TableNames {
		table, err := c.Ledger.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			return nil, err
		}
		expiry, err := c.Ledger.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
		if err != nil {
			return nil, err
		}
		var keys []string
		for _, k := range table.Table.KeySchema {
			keys = append(keys, *k.AttributeName)
		}
		lines = append(lines, fmt.Sprintf("table %s by %s; %s", name, strings.Join(keys, ", "), aws.ToString(expiry.TimeToLiveDescription.AttributeName)))
	}
	buckets, err := c.Bucket.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil {
		return nil, err
	}
	for _, b := range buckets.Buckets {
		lines = append(lines, "bucket "+*b.Name)
	}
	return lines, nil
}
