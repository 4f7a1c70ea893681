package instances

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
)

// Tag sets tags of an instance; others stay. An instance launched a moment ago may not be visible yet, so that one
// not found is asked for a few times before the answer is NotFound.
func (i *Instances) Tag(ctx context.Context, id string, set map[string]string) error {
	if len(set) == 0 {
		return nil
	}
	_, err := i.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags(set)}, patient)
	return awserr.Wrap("tag instance "+id, err)
}

// Terminate terminates the instances, all or none: NotFound when EC2 does not know one of them. One that is
// terminated already is no error.
func (i *Instances) Terminate(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := i.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids}, patient)
	return awserr.Wrap("terminate instances", err)
}

// patient repeats a call about an instance that is not visible yet, sooner than one repeats a failed call.
func patient(o *ec2.Options) {
	o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
		s.MaxAttempts = attempts
		s.Retryables = append([]retry.IsErrorRetryable{
			retry.RetryableErrorCode{Codes: map[string]struct{}{"InvalidInstanceID.NotFound": {}}},
		}, retry.DefaultRetryables...)
		s.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return time.Duration(attempt) * 200 * time.Millisecond, nil
		})
	})
}
