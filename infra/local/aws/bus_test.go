package emulator_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bus "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func TestBusDeliversTheEnvelopeByGroupPath(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	must[*eventbridge.CreateEventBusOutput](t)(p.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("slipway")}))
	url, arn := p.makeQueue(t, ctx, "provision.fifo", fifo)
	p.rule(t, ctx, "pods-pending", "slipway", `{"source":["slipway.observe"],"detail":{"cluster":{"key":[{"exists":true}]}}}`, bus.RuleStateEnabled,
		bus.Target{Arn: &arn, SqsParameters: &bus.SqsParameters{MessageGroupId: aws.String("$.detail.cluster.key")}})
	for i := range 2 {
		p.put(t, ctx, "slipway", "slipway.observe", fmt.Sprintf(`{"cluster":{"key":"k%d"},"instance-id":"i-1"}`, i))
	}
	got := p.receive(t, ctx, url)
	if len(got) != 2 {
		t.Fatalf("%d messages, want 2", len(got))
	}
	for i, m := range got {
		if group := m.Attributes["MessageGroupId"]; group != fmt.Sprintf("k%d", i) {
			t.Errorf("message %d is of group %q", i, group)
		}
		var e struct {
			Version, ID, Source, Account, Time, Region string
			DetailType                                 string `json:"detail-type"`
			Resources                                  []string
		}
		if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
			t.Fatal(err)
		}
		if e.Version != "0" || e.ID == "" || e.Source != "slipway.observe" || e.Account != "123456789012" ||
			e.Region != "us-east-1" || e.DetailType != "Test" || len(e.Resources) != 1 || len(e.Time) != len("2026-01-02T03:04:05Z") {
			t.Errorf("envelope %s", *m.Body)
		}
	}
}

func TestBusPatterns(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "q", nil)
	const event = `{"n":5,"s":"Abc","flag":true,"list":["x","y"],"objects":[{"a":1,"b":1},{"a":2,"b":2}],"deep":{"k":"v"},"nothing":null}`
	for _, c := range []struct {
		detail string // the pattern's
		want   bool
	}{
		{`{"s":["Abc"]}`, true},
		{`{"s":["abc"]}`, false},
		{`{"s":[{"prefix":"A"}]}`, true},
		{`{"s":[{"suffix":"bc"}]}`, true},
		{`{"s":[{"equals-ignore-case":"ABC"}]}`, true},
		{`{"s":[{"wildcard":"A*c"}]}`, true},
		{`{"s":[{"anything-but":["Abc","x"]}]}`, false},
		{`{"s":[{"anything-but":{"prefix":"B"}}]}`, true},
		{`{"n":[{"numeric":[">",4,"<=",5]}]}`, true},
		{`{"n":[{"numeric":[">",5]}]}`, false},
		{`{"flag":[true]}`, true},
		{`{"flag":[1]}`, false},
		{`{"nothing":[null]}`, true},
		{`{"list":["y"]}`, true},
		{`{"list":["z"]}`, false},
		{`{"objects":{"a":[2]}}`, true},
		{`{"objects":{"a":[1],"b":[2]}}`, false}, // of two different elements
		{`{"objects":{"a":[3]}}`, false},
		{`{"deep":{"k":[{"exists":true}]}}`, true},
		{`{"deep":{"x":[{"exists":false}]}}`, true},
		{`{"absent":["v"]}`, false},
		{`{"$or":[{"n":[9]},{"s":["Abc"]}]}`, true},
	} {
		p.rule(t, ctx, "r", "default", `{"source":["test"],"detail":`+c.detail+`}`, bus.RuleStateEnabled, bus.Target{Arn: &arn})
		p.put(t, ctx, "default", "test", event)
		got := p.receive(t, ctx, url)
		if (len(got) == 1) != c.want {
			t.Errorf("%s matches: %v, want %v", c.detail, len(got) == 1, c.want)
		}
		for _, m := range got {
			p.remove(t, ctx, url, *m.ReceiptHandle)
		}
	}
	for _, bad := range []string{`{"detail":{"s":[{"sounds-like":"x"}]}}`, `{"source":"test"}`, `{"source":[]}`, `{`} {
		_, err := p.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("bad"), EventPattern: &bad})
		wantCode(t, err, "InvalidEventPatternException")
	}
}

func TestBusIsSilentWhenItMustBe(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "q", nil)
	p.rule(t, ctx, "disabled", "default", `{"source":["test"]}`, bus.RuleStateDisabled, bus.Target{Arn: &arn})
	must[*eventbridge.PutRuleOutput](t)(p.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("scheduled"), ScheduleExpression: aws.String("rate(1 minute)")}))
	must[*eventbridge.PutTargetsOutput](t)(p.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String("scheduled"), Targets: []bus.Target{{Id: aws.String("t"), Arn: &arn}},
	}))
	p.put(t, ctx, "default", "test", `{}`)
	if got := bodies(p.receive(t, ctx, url)); got != nil {
		t.Errorf("delivered %v", got)
	}
	out := must[*eventbridge.PutEventsOutput](t)(p.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []bus.PutEventsRequestEntry{{
		Source: aws.String("aws.ec2"), DetailType: aws.String("Fake"), Detail: aws.String("{}"),
	}}}))
	if out.FailedEntryCount != 1 || *out.Entries[0].ErrorCode != "NotAuthorizedForSourceException" {
		t.Errorf("an event in AWS's name: %+v", out.Entries[0])
	}
}

func TestBusSurvivesItsTargets(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "q", nil)
	dead, deadARN := p.makeQueue(t, ctx, "dead", nil)
	lambda := "arn:aws:lambda:us-east-1:123456789012:function:observe"
	p.rule(t, ctx, "a", "default", `{"source":["test"]}`, bus.RuleStateEnabled,
		bus.Target{Arn: aws.String("arn:aws:sqs:us-east-1:123456789012:gone"), DeadLetterConfig: &bus.DeadLetterConfig{Arn: &deadARN}})
	p.rule(t, ctx, "b", "default", `{"source":["test"]}`, bus.RuleStateEnabled, bus.Target{Arn: &lambda})
	p.rule(t, ctx, "c", "default", `{"source":["test"]}`, bus.RuleStateEnabled, bus.Target{Arn: &arn})
	p.put(t, ctx, "default", "test", `{}`)
	if got := p.receive(t, ctx, url); len(got) != 1 {
		t.Errorf("%d messages beside the failing targets, want 1", len(got))
	}
	if got := p.receive(t, ctx, dead); len(got) != 1 {
		t.Errorf("%d dead letters, want 1", len(got))
	}
}

func TestBusInputs(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "q", nil)
	for name, c := range map[string]struct {
		target bus.Target
		want   string
	}{
		"constant": {bus.Target{Input: aws.String(`{"tick":1}`)}, `{"tick":1}`},
		"path":     {bus.Target{InputPath: aws.String("$.detail")}, `{"instance-id": "i-1"}`},
		"template": {bus.Target{InputTransformer: &bus.InputTransformer{
			InputPathsMap: map[string]string{"id": "$.detail.instance-id"}, InputTemplate: aws.String(`{"id": <id>, "text": "it is <id>"}`),
		}}, `{"id": "i-1", "text": "it is i-1"}`},
	} {
		c.target.Arn = &arn
		p.rule(t, ctx, "r", "default", `{"source":["test"]}`, bus.RuleStateEnabled, c.target)
		p.put(t, ctx, "default", "test", `{"instance-id":"i-1"}`)
		got := p.receive(t, ctx, url)
		if len(got) != 1 || *got[0].Body != c.want {
			t.Errorf("%s: %v, want %s", name, bodies(got), c.want)
		}
		for _, m := range got {
			p.remove(t, ctx, url, *m.ReceiptHandle)
		}
	}
}

func TestBusForwardsOnce(t *testing.T) {
	ctx, cfg := fresh(t)
	p := openPost(cfg)
	url, arn := p.makeQueue(t, ctx, "q", nil)
	for _, name := range []string{"one", "two"} {
		must[*eventbridge.CreateEventBusOutput](t)(p.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: &name}))
	}
	const prefix = "arn:aws:events:us-east-1:123456789012:event-bus/"
	p.rule(t, ctx, "to-one", "default", `{"source":["aws.ec2"]}`, bus.RuleStateEnabled, bus.Target{Arn: aws.String(prefix + "one")})
	p.rule(t, ctx, "to-two", "one", `{"source":["aws.ec2"]}`, bus.RuleStateEnabled, bus.Target{Arn: aws.String(prefix + "two")})
	p.rule(t, ctx, "to-queue", "one", `{"source":["aws.ec2"]}`, bus.RuleStateEnabled, bus.Target{Arn: &arn})
	p.rule(t, ctx, "to-queue-too", "two", `{"source":["aws.ec2"]}`, bus.RuleStateEnabled, bus.Target{Arn: &arn})
	if err := running.Interrupt(ctx, "i-1"); err != nil {
		t.Fatal(err)
	}
	got := p.receive(t, ctx, url)
	if len(got) != 1 {
		t.Fatalf("%d messages, want 1: a forwarded event is not forwarded again", len(got))
	}
	var e struct {
		Source     string
		DetailType string            `json:"detail-type"`
		Detail     map[string]string `json:"detail"`
	}
	if err := json.Unmarshal([]byte(*got[0].Body), &e); err != nil {
		t.Fatal(err)
	}
	if e.Source != "aws.ec2" || e.DetailType != "EC2 Spot Instance Interruption Warning" || e.Detail["instance-action"] != "terminate" {
		t.Errorf("event %s", *got[0].Body)
	}
}
