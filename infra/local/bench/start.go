package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	sqsevents "github.com/aws/aws-lambda-go/events"

	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/infra/local/lambda"
	"github.com/slipway-dev/slipway/testevents"
)

const startGoal = 30 * time.Millisecond

// start of a function with an event that needs no cluster.
type start struct {
	function string
	about    string
	payload  []byte
}

// measureStart starts each function again and again: from the start of the process to its answer.
func (b *bench) measureStart(ctx context.Context, env *environment.Environment) error {
	answers, closeAnswers, err := serveAnswers()
	if err != nil {
		return err
	}
	defer closeAnswers()
	starts, err := startsOf(answers)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "\n%d starts of each of %d functions (a few seconds)\n", b.starts, len(starts))
	goal := ms(startGoal)
	t := newTable("Function start -> answer to an event that needs no cluster", "", "p50", "p99", "goal (p50)", "p50/goal", "")
	for _, s := range starts {
		took, err := b.startAgain(ctx, env.Functions[s.function].Config(), s.payload)
		if err != nil {
			return fmt.Errorf("%s: %w", s.function, err)
		}
		p50 := quantile(took, 0.5)
		ratio, verdict := against(float64(p50), float64(startGoal))
		t.row(s.function+" ("+s.about+")", ms(p50), ms(quantile(took, 0.99)), goal, ratio, verdict)
	}
	t.note("catalog and install link Karpenter's API packages, which read their definitions at start")
	t.note("%d starts each; the binary is in the page cache; freezing and thawing as Lambda does is contained", b.starts)
	t.print(b.out)
	return nil
}

// startAgain starts a new process for each of its invocations.
func (b *bench) startAgain(ctx context.Context, c lambda.Config, payload []byte) ([]time.Duration, error) {
	c.Output = io.Discard
	var took []time.Duration
	for range b.starts {
		f := lambda.New(c)
		began := time.Now()
		_, err := f.Invoke(ctx, payload)
		took = append(took, time.Since(began))
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return took, nil
}

// startsOf are the functions in the order of an event's path. answers is where install is to send its answer.
func startsOf(answers string) ([]start, error) {
	unknown, err := testevents.Read("unknown/of-ours.json")
	if err != nil {
		return nil, err
	}
	batch, err := json.Marshal(sqsevents.SQSEvent{Records: []sqsevents.SQSMessage{{MessageId: "1", Body: string(unknown)}}})
	if err != nil {
		return nil, err
	}
	request, err := json.Marshal(map[string]string{
		"RequestType": string(cfn.RequestDelete), "RequestId": "bench", "ResponseURL": answers, "StackId": "bench",
		"LogicalResourceId": "Install", "PhysicalResourceId": "slipway", "ResourceType": "Custom::SlipwayInstall",
	})
	if err != nil {
		return nil, err
	}
	return []start{
		{"observe", "another one watches, which one call tells it", []byte("{}")},
		{"provision", "a message of unknown kind", batch},
		{"register", "a message of unknown kind", batch},
		{"catalog", "an event of unknown kind", unknown},
		{"install", "CloudFormation's Delete, answered to its URL", request},
	}, nil
}

// serveAnswers takes what install tells CloudFormation, at the URL.
func serveAnswers() (url string, end func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })}
	go server.Serve(listener)
	return "http://" + listener.Addr().String() + "/answer", func() { server.Close() }, nil
}
