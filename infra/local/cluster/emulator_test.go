package cluster

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

// The STS that the authenticator meets in the local environment: it must tell
// the roles of callers apart by their presigned requests, and the clusters that
// these are for.
func TestAuthenticatorWithTheEmulator(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no AWS emulator is set up and started")
	}
	running, err := emulator.Start(t.Context(), emulator.Options{Log: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	endpoint, err := url.Parse(running.URL)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authenticator{Cluster: "demo", STS: endpoint, Entries: func(arn string) (string, []string, bool) {
		return arn + "/{{SessionName}}", nil, strings.Contains(arn, ":role/")
	}}
	own := credentials.NewStaticCredentialsProvider("dummy", "dummy", "") // any will do
	for _, role := range []string{"slipway-provision", "slipway-register"} {
		arn := "arn:aws:iam::" + emulator.Account + ":role/" + role
		_, got := post(t, a, tokenOf(presignedBy(t, assume(t, running.URL, own, arn), running.URL, "demo")))
		if want := arn + "/session"; !got.Authenticated || got.User.Username != want {
			t.Errorf("authenticated %v as %q (%s), want %q", got.Authenticated, got.User.Username, got.Error, want)
		}
		_, got = post(t, a, tokenOf(presignedBy(t, assume(t, running.URL, own, arn), running.URL, "another")))
		if got.Authenticated || !strings.Contains(got.Error, "STS answered 403") {
			t.Errorf("a token for another cluster: authenticated %v (%s)", got.Authenticated, got.Error)
		}
	}
	if _, got := post(t, a, tokenOf(presignedBy(t, own, running.URL, "demo"))); got.Authenticated {
		t.Errorf("a caller without a role is let in as %q", got.User.Username)
	}
}

func assume(t *testing.T, endpoint string, own aws.CredentialsProvider, arn string) aws.CredentialsProvider {
	t.Helper()
	client := sts.New(sts.Options{Region: emulator.Region, BaseEndpoint: &endpoint, Credentials: own})
	got, err := client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("session")})
	if err != nil {
		t.Fatal(err)
	}
	return credentials.NewStaticCredentialsProvider(*got.Credentials.AccessKeyId, *got.Credentials.SecretAccessKey, *got.Credentials.SessionToken)
}
