package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/rogpeppe/go-internal/testscript"
)

// send bypasses the bus, whose rules would not let everything in.
func (r *run) send(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: send QUEUE FILE...")
	}
	url := r.queueURL(ts, args[0])
	in := &sqs.SendMessageBatchInput{QueueUrl: &url}
	for i, file := range args[1:] {
		e := types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(r.read(ts, file))}
		if strings.HasSuffix(url, ".fifo") {
			e.MessageGroupId = &r.env.Cluster.Key
		}
		in.Entries = append(in.Entries, e)
	}
	out, err := r.env.Clients.Queues.SendMessageBatch(r.ctx, in)
	ts.Check(err)
	if len(out.Failed) > 0 {
		ts.Fatalf("the queue refused %d messages: %s", len(out.Failed), aws.ToString(out.Failed[0].Message))
	}
}

func (r *run) message(ts *testscript.TestScript, neg bool, args []string) {
	expect(ts, args, 2, 3, "message QUEUE PATTERN [WITHIN]")
	url, want := r.queueURL(ts, args[0]), pattern(ts, args[1])
	if neg {
		found, _, err := r.peek(url, want)
		ts.Check(err)
		never(ts, found, "queue %s holds a message that matches %q", args[0], args[1])
		return
	}
	r.wait(ts, limit(ts, args, 2), func() (bool, string) {
		found, all, err := r.peek(url, want)
		if err != nil {
			return false, err.Error()
		}
		return found, fmt.Sprintf("queue %s holds, by pattern %q:\n%s", args[0], args[1], strings.Join(all, "\n"))
	})
}

// peek looks at up to ten messages and leaves them where they are.
func (r *run) peek(url string, want *regexp.Regexp) (found bool, all []string, err error) {
	out, err := r.env.Clients.Queues.ReceiveMessage(r.ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return false, nil, err
	}
	for _, m := range out.Messages {
		// Receiving without hiding is not possible: the SDK leaves a timeout of 0 out, so that the queue's own counts.
		_, err := r.env.Clients.Queues.ChangeMessageVisibility(r.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0})
		if err != nil {
			return false, nil, err
		}
		text := aws.ToString(m.Body)
		if reason, ok := m.MessageAttributes["Reason"]; ok {
			text = aws.ToString(reason.StringValue) + "\n" + text
		}
		all = append(all, text)
		found = found || want.MatchString(text)
	}
	return found, all, nil
}

func (r *run) empty(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 1, 2, "empty QUEUE [WITHIN]")
	r.queueURL(ts, args[0])
	r.wait(ts, limit(ts, args, 1), func() (bool, string) {
		messages, err := r.env.Deployed.Messages(r.ctx, r.env.Clients)
		if err != nil {
			return false, err.Error()
		}
		return messages[args[0]] == 0, fmt.Sprintf("queue %s holds %d messages", args[0], messages[args[0]])
	})
}

func (r *run) queueURL(ts *testscript.TestScript, queue string) string {
	url, ok := r.env.Deployed.QueueURL[queue]
	if !ok {
		ts.Fatalf("the pipeline has no queue %q", queue)
	}
	return url
}
