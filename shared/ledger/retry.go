package ledger

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attempts of one call, the first included. All our writes may safely be repeated.
const attempts = 6

// retryer asks again quickly, and also when another transaction held the item: the launches of one decision are
// closed side by side, and each closing writes the same lane.
func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(conflicted)}, retry.DefaultRetryables...)
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) { return backoff(attempt), nil })
	})
}

// backoff doubles from 20 ms, half of it by chance, so that those who collided once do not again.
func backoff(attempt int) time.Duration {
	d := 20 * time.Millisecond << min(attempt, 5)
	return d/2 + rand.N(d/2)
}

// conflicted says that a transaction collided with another one, and for no other reason.
func conflicted(err error) aws.Ternary {
	var single *types.TransactionConflictException
	var cancelled *types.TransactionCanceledException
	switch {
	case errors.As(err, &single):
		return aws.TrueTernary
	case !errors.As(err, &cancelled):
		return aws.UnknownTernary
	}
	found := aws.UnknownTernary
	for _, r := range cancelled.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "ConditionalCheckFailed":
			return aws.FalseTernary
		case "TransactionConflict":
			found = aws.TrueTernary
		}
	}
	return found
}
