// Package images finds machine images: by the public SSM parameters that AWS publishes its EKS images under, by id,
// and by name, owner and tags.
package images

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Images reads the images that an account may use in one region.
type Images struct {
	ec2 *ec2.Client
	ssm *ssm.Client
}

// New makes Images of a session.
func New(cfg aws.Config) Images {
	return Images{ec2: ec2.NewFromConfig(cfg), ssm: ssm.NewFromConfig(cfg)}
}

// MaxParameters is how many parameters one call reads.
const MaxParameters = 10

// Parameters reads SSM parameters, at most MaxParameters. Those that do not exist are missing in the answer.
func (i Images) Parameters(ctx context.Context, names []string) (map[string]string, error) {
	out, err := i.ssm.GetParameters(ctx, &ssm.GetParametersInput{Names: names})
	if err != nil {
		return nil, awserr.Wrap("get SSM parameters", err)
	}
	values := make(map[string]string, len(out.Parameters))
	for _, p := range out.Parameters {
		values[aws.ToString(p.Name)] = aws.ToString(p.Value)
	}
	return values, nil
}

// ByID lists the images of these ids, a page at a time; those that do not exist are missing.
func (i Images) ByID(ctx context.Context, ids []string, page string) (model.Page[model.MachineImage], error) {
	return i.describe(ctx, []types.Filter{filter("image-id", ids...)}, nil, page)
}

// BySelector lists the images that the selector picks, a page at a time. A selector with a name but no owner picks
// among the account's and Amazon's own: anybody may publish an image of any name.
func (i Images) BySelector(ctx context.Context, selector model.Selector, page string) (model.Page[model.MachineImage], error) {
	var filters []types.Filter
	var owners []string
	if selector.ID != "" {
		filters = append(filters, filter("image-id", selector.ID))
	}
	if selector.Name != "" {
		filters = append(filters, filter("name", selector.Name))
		owners = []string{"self", "amazon"}
	}
	if selector.Owner != "" {
		owners = []string{selector.Owner}
	}
	for _, key := range slices.Sorted(maps.Keys(selector.Tags)) {
		if value := selector.Tags[key]; value == "*" {
			filters = append(filters, filter("tag-key", key))
		} else {
			filters = append(filters, filter("tag:"+key, value))
		}
	}
	return i.describe(ctx, filters, owners, page)
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func (i Images) describe(ctx context.Context, filters []types.Filter, owners []string, page string) (model.Page[model.MachineImage], error) {
	in := &ec2.DescribeImagesInput{
		Filters:           append(filters, filter("state", string(types.ImageStateAvailable))),
		Owners:            owners,
		IncludeDeprecated: aws.Bool(true), // a class that names one gets it, and is told
		MaxResults:        aws.Int32(1000),
	}
	if page != "" {
		in.NextToken = &page
	}
	out, err := i.ec2.DescribeImages(ctx, in)
	if err != nil {
		return model.Page[model.MachineImage]{}, awserr.Wrap("describe images", err)
	}
	found := model.Page[model.MachineImage]{Next: aws.ToString(out.NextToken)}
	for _, image := range out.Images {
		found.Items = append(found.Items, machineImage(image))
	}
	return found, nil
}

func machineImage(image types.Image) model.MachineImage {
	out := model.MachineImage{
		ID:         aws.ToString(image.ImageId),
		Name:       aws.ToString(image.Name),
		CreatedAt:  moment(image.CreationDate),
		Deprecated: moment(image.DeprecationTime),
	}
	switch image.Architecture {
	case types.ArchitectureValuesX8664:
		out.Arch = "amd64"
	case types.ArchitectureValuesArm64:
		out.Arch = "arm64"
	}
	return out
}

// moment reads EC2's times; one that can not be read is none.
func moment(text *string) time.Time {
	t, err := time.Parse(time.RFC3339, aws.ToString(text))
	if err != nil {
		return time.Time{}
	}
	return t
}
