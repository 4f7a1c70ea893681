// Package profiles makes the instance profiles through which instances of a node class get its role.
package profiles

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
)

// Profiles are an account's instance profiles.
type Profiles struct{ client *iam.Client }

// New makes Profiles of a session.
func New(cfg aws.Config) Profiles { return Profiles{iam.NewFromConfig(cfg)} }

// Role is the role of a profile, empty when it has none; NotFound when there is no such profile.
func (p Profiles) Role(ctx context.Context, name string) (string, error) {
	out, err := p.client.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &name})
	if err != nil {
		return "", awserr.Wrap("get instance profile", err)
	}
	for _, role := range out.InstanceProfile.Roles {
		return aws.ToString(role.RoleName), nil
	}
	return "", nil
}

// Create makes a profile without a role; AlreadyExists when there is one of the name. The path lets IAM policies
// tell clusters' profiles apart; it begins and ends with a slash.
func (p Profiles) Create(ctx context.Context, name, path string, tags map[string]string) error {
	in := &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Path: &path}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	_, err := p.client.CreateInstanceProfile(ctx, in)
	return awserr.Wrap("create instance profile", err)
}

// AddRole gives the profile its role. A profile holds one: QuotaExceeded when it has one already, NotFound when there
// is no such role, Denied without iam:PassRole for it.
func (p Profiles) AddRole(ctx context.Context, name, role string) error {
	_, err := p.client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &role})
	return awserr.Wrap("add role to instance profile", err)
}
