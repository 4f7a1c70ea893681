// Package instances launches, finds, tags and terminates EC2 instances.
//
// Launching is made of two steps, so that what is asked for can be frozen before EC2 is called:
//
//	request, err := i.Serialize(model.FleetRequest{...}) // calls nobody
//	...                                                  // the ledger keeps the launch with the request
//	answer, err := i.Create(ctx, request)                // the same bytes again after a lost answer
//
// The request holds a client token: EC2 answers a repetition without a second launch, as long as nothing in it
// differs. CreateFleet is therefore never repeated in here; its caller repeats it from what is frozen.
//
// Errors are *model.Error. Instances come sorted by id.
package instances

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// timeout of one HTTP request: CreateFleet answers when its instances are launched, which takes seconds for many.
const timeout = 20 * time.Second

// attempts of one call other than CreateFleet, the first included.
const attempts = 3

// Instances of one account and region. It is safe for concurrent use.
type Instances struct {
	ec2 *ec2.Client
}

// New returns the instances of the account and region of cfg.
func New(cfg aws.Config) *Instances {
	return &Instances{ec2: ec2.NewFromConfig(cfg, func(o *ec2.Options) {
		o.RetryMaxAttempts = attempts
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})}
}

// once sends a call a single time.
func once(o *ec2.Options) { o.Retryer = aws.NopRetryer{} }
