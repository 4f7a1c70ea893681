// Package templates makes launch templates. A template's name is made from its content, so that it is never changed:
// other content is another template.
package templates

import (
	"context"
	"encoding/base64"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// Templates are the launch templates of an account in one region.
type Templates struct{ client *ec2.Client }

// New makes Templates of a session.
func New(cfg aws.Config) Templates { return Templates{ec2.NewFromConfig(cfg)} }

// Create makes a launch template; AlreadyExists when there is one of the name.
func (t Templates) Create(ctx context.Context, spec model.TemplateSpec) (model.TemplateRef, error) {
	out, err := t.client.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &spec.Name,
		LaunchTemplateData: data(spec),
		TagSpecifications: []types.TagSpecification{
			{ResourceType: types.ResourceTypeLaunchTemplate, Tags: tags(spec.Tags)},
		},
	})
	if err != nil {
		return model.TemplateRef{}, awserr.Wrap("create launch template", err)
	}
	return ref(out.LaunchTemplate), nil
}

// ByName finds a launch template; NotFound when there is none of the name.
func (t Templates) ByName(ctx context.Context, name string) (model.TemplateRef, error) {
	out, err := t.client.DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{LaunchTemplateNames: []string{name}})
	if err != nil {
		return model.TemplateRef{}, awserr.Wrap("describe launch template", err)
	}
	if len(out.LaunchTemplates) != 1 {
		return model.TemplateRef{}, &model.Error{Kind: model.NotFound, Op: "describe launch template"}
	}
	return ref(&out.LaunchTemplates[0]), nil
}

func ref(t *types.LaunchTemplate) model.TemplateRef {
	return model.TemplateRef{
		ID: aws.ToString(t.LaunchTemplateId), Version: strconv.FormatInt(aws.ToInt64(t.LatestVersionNumber), 10),
	}
}

// data says the spec in EC2's words. Security groups go into the network interface, which alone can say whether it
// gets a public address. Instance tags stay out of the metadata service: it takes no keys with a slash.
func data(spec model.TemplateSpec) *types.RequestLaunchTemplateData {
	return &types.RequestLaunchTemplateData{
		ImageId:             &spec.ImageID,
		IamInstanceProfile:  &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: &spec.Profile},
		UserData:            aws.String(base64.StdEncoding.EncodeToString([]byte(spec.UserData))),
		Monitoring:          &types.LaunchTemplatesMonitoringRequest{Enabled: &spec.Monitoring},
		BlockDeviceMappings: devices(spec.Devices),
		MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
			HttpEndpoint:            types.LaunchTemplateInstanceMetadataEndpointState(spec.Metadata.Endpoint),
			HttpProtocolIpv6:        types.LaunchTemplateInstanceMetadataProtocolIpv6(spec.Metadata.IPv6),
			HttpPutResponseHopLimit: nonZero(spec.Metadata.HopLimit),
			HttpTokens:              types.LaunchTemplateHttpTokensState(spec.Metadata.Tokens),
			InstanceMetadataTags:    types.LaunchTemplateInstanceMetadataTagsStateDisabled,
		},
		NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{
			DeviceIndex:              aws.Int32(0),
			Groups:                   spec.SecurityGroups,
			AssociatePublicIpAddress: spec.PublicIP,
			Ipv4PrefixCount:          nonZero(spec.IPPrefixes),
		}},
		TagSpecifications: []types.LaunchTemplateTagSpecificationRequest{
			{ResourceType: types.ResourceTypeNetworkInterface, Tags: tags(spec.Tags)},
		},
	}
}
