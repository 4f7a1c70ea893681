// Package prices tells what instance types cost: spot now, from EC2, and on demand, from the price list.
package prices

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/pricing"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Prices reads the prices of one region.
type Prices struct {
	region  string
	ec2     *ec2.Client
	pricing *pricing.Client
}

// New makes Prices of a session. The price list is asked in a region that serves it.
func New(cfg aws.Config) Prices {
	return Prices{
		region:  cfg.Region,
		ec2:     ec2.NewFromConfig(cfg),
		pricing: pricing.NewFromConfig(cfg, func(o *pricing.Options) { o.Region = servedIn(cfg.Region) }),
	}
}

// Spot lists the spot prices of Linux at the time, a page at a time. A pair of type and zone may come twice, with
// one price.
func (p Prices) Spot(ctx context.Context, at time.Time, page string) (model.Page[model.Price], error) {
	in := &ec2.DescribeSpotPriceHistoryInput{
		ProductDescriptions: []string{"Linux/UNIX", "Linux/UNIX (Amazon VPC)"},
		StartTime:           aws.Time(at), // the history from now on: each one's current price
		MaxResults:          aws.Int32(1000),
	}
	if page != "" {
		in.NextToken = &page
	}
	out, err := p.ec2.DescribeSpotPriceHistory(ctx, in)
	if err != nil {
		return model.Page[model.Price]{}, awserr.Wrap("describe spot prices", err)
	}
	found := model.Page[model.Price]{Next: aws.ToString(out.NextToken)}
	for _, s := range out.SpotPriceHistory {
		if price, ok := microdollars(aws.ToString(s.SpotPrice)); ok {
			found.Items = append(found.Items, model.Price{
				Type: string(s.InstanceType), Zone: aws.ToString(s.AvailabilityZone), Price: price,
			})
		}
	}
	return found, nil
}

// OnDemand lists the on-demand prices of Linux on shared hardware and on bare metal, a page at a time.
func (p Prices) OnDemand(ctx context.Context, page string) (model.Page[model.Price], error) {
	query := open(page)
	out, err := p.pricing.GetProducts(ctx, &pricing.GetProductsInput{
		ServiceCode: aws.String("AmazonEC2"), Filters: p.filters(query.metal), MaxResults: aws.Int32(100), NextToken: query.token,
	})
	if err != nil {
		return model.Page[model.Price]{}, awserr.Wrap("get products", err)
	}
	found := model.Page[model.Price]{Next: query.next(aws.ToString(out.NextToken))}
	for _, text := range out.PriceList {
		if price, ok := listed(text); ok {
			found.Items = append(found.Items, price)
		}
	}
	return found, nil
}
