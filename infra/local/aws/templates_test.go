package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestTemplateVersionsInherit(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	id := s.makeTemplate(t, ctx, "base", &types.RequestLaunchTemplateData{ImageId: aws.String("ami-1"), InstanceType: "m5.large"})
	version := func(source *string, data *types.RequestLaunchTemplateData) *types.ResponseLaunchTemplateData {
		t.Helper()
		out := must[*ec2.CreateLaunchTemplateVersionOutput](t)(s.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{
			LaunchTemplateId: &id, SourceVersion: source, LaunchTemplateData: data,
		}))
		return out.LaunchTemplateVersion.LaunchTemplateData
	}
	got := version(aws.String("1"), &types.RequestLaunchTemplateData{ImageId: aws.String("ami-2")})
	if *got.ImageId != "ami-2" || got.InstanceType != "m5.large" {
		t.Errorf("with a source: image %s, type %q", *got.ImageId, got.InstanceType)
	}
	got = version(nil, &types.RequestLaunchTemplateData{ImageId: aws.String("ami-3")})
	if *got.ImageId != "ami-3" || got.InstanceType != "" {
		t.Errorf("without a source: image %s, type %q", *got.ImageId, got.InstanceType)
	}
}

func TestTemplateTokenAndTags(t *testing.T) {
	ctx, cfg := fresh(t)
	c := ec2.NewFromConfig(cfg)
	in := &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("once"), ClientToken: aws.String("t"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: aws.String("ami-1")},
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeLaunchTemplate, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
		}},
	}
	first := must[*ec2.CreateLaunchTemplateOutput](t)(c.CreateLaunchTemplate(ctx, in))
	again := must[*ec2.CreateLaunchTemplateOutput](t)(c.CreateLaunchTemplate(ctx, in))
	if *first.LaunchTemplate.LaunchTemplateId != *again.LaunchTemplate.LaunchTemplateId {
		t.Error("the same token made a second template")
	}
	in.ClientToken = aws.String("t2")
	_, err := c.CreateLaunchTemplate(ctx, in)
	wantCode(t, err, "InvalidLaunchTemplateName.AlreadyExistsException")
	found := must[*ec2.DescribeLaunchTemplatesOutput](t)(c.DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{
		Filters: []types.Filter{filter("tag:a", "b")},
	}))
	if len(found.LaunchTemplates) != 1 {
		t.Errorf("%d templates by tag, want 1", len(found.LaunchTemplates))
	}
	versions := must[*ec2.DescribeLaunchTemplateVersionsOutput](t)(c.DescribeLaunchTemplateVersions(ctx, &ec2.DescribeLaunchTemplateVersionsInput{
		LaunchTemplateName: aws.String("once"),
	}))
	if specs := versions.LaunchTemplateVersions[0].LaunchTemplateData.TagSpecifications; len(specs) != 0 {
		t.Errorf("the template's own tags are in its data: %v", specs)
	}
}
