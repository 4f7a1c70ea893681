package environment

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/slipway-dev/slipway/infra/local/account"
	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/infra/local/cluster"
	"github.com/slipway-dev/slipway/infra/local/deploy"
	"github.com/slipway-dev/slipway/shared/model"
)

// Dummy credentials: the emulator takes any.
const (
	dummyKey    = "AKIAIOSFODNN7EXAMPLE"
	dummySecret = "dummy-secret-for-the-emulator"
)

func (e *Environment) startAWS(ctx context.Context) error {
	python, err := emulator.Setup(ctx, e.Options.Progress)
	if err != nil {
		return err
	}
	log, err := e.logFile("aws")
	if err != nil {
		return err
	}
	e.AWS, err = emulator.Start(ctx, emulator.Options{Dir: filepath.Join(e.Options.Dir, "aws"), Log: log, Python: python})
	if err != nil {
		return err
	}
	if e.Options.RunDelay > 0 {
		if err := e.AWS.SetRunDelay(ctx, e.Options.RunDelay); err != nil {
			return err
		}
	}
	// Made by hand, so that nothing is read of the user's own settings.
	e.Config = aws.Config{
		Region: emulator.Region, BaseEndpoint: aws.String(e.AWS.URL),
		Credentials: credentials.NewStaticCredentialsProvider(dummyKey, dummySecret, ""),
	}
	return nil
}

func (e *Environment) startKubernetes(ctx context.Context) error {
	binary, err := cluster.Build(ctx, e.Options.Progress)
	if err != nil {
		return err
	}
	webhook, err := e.serveAuthenticator()
	if err != nil {
		return err
	}
	e.Kubernetes, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(e.Options.Dir, "cluster"), AuthWebhook: webhook, Binary: binary})
	if err != nil {
		return err
	}
	if err := e.AWS.SetCluster(ctx, ClusterName, e.Kubernetes.Server, e.Kubernetes.CAData, Version); err != nil {
		return err
	}
	admin, err := e.admin()
	if err != nil {
		return err
	}
	e.Client, err = kubernetes.NewForConfig(admin)
	return err
}

func (e *Environment) admin() (*rest.Config, error) {
	c, err := clientcmd.BuildConfigFromFlags("", e.Kubernetes.Kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	c.QPS, c.Burst = -1, -1
	return c, nil
}

// serveAuthenticator serves what the API server asks about tokens of AWS roles.
func (e *Environment) serveAuthenticator() (string, error) {
	sts, err := url.Parse(e.AWS.URL)
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: &cluster.Authenticator{Cluster: ClusterName, STS: sts, Entries: e.accessEntry}}
	go server.Serve(listener)
	e.ends = append(e.ends, func() { server.Close() })
	return "http://" + listener.Addr().String() + "/authenticate", nil
}

// deploy makes the account, the pipeline in it, and the roles that its functions have for the cluster.
func (e *Environment) deploy(ctx context.Context) error {
	if _, err := account.Make(ctx, e.Config, ClusterName, Version, NodeRole); err != nil {
		return err
	}
	arn := fmt.Sprintf("arn:aws:eks:%s:%s:cluster/%s", emulator.Region, emulator.Account, ClusterName)
	key := model.KeyOf(arn)
	e.Cluster = model.Cluster{
		Name: ClusterName, Key: key, ARN: arn, Region: emulator.Region, Mode: model.Active,
		RolePrefix: fmt.Sprintf("arn:aws:iam::%s:role/%s-%s-", emulator.Account, e.Pipeline.Prefix, key),
	}
	e.Clients = deploy.NewClients(e.Config)
	var err error
	if e.Deployed, err = deploy.Deploy(ctx, e.Clients, e.Pipeline, emulator.Account); err != nil {
		return err
	}
	for _, f := range e.Pipeline.Functions {
		if err := e.grant(ctx, f.Name); err != nil {
			return err
		}
	}
	return nil
}

// functionEnvironment is what the function's processes get: where the emulator is, credentials that are dummies, and
// the pipeline's own variables.
func (e *Environment) functionEnvironment(function string) map[string]string {
	return map[string]string{
		"AWS_SDK_UA_APP_ID":         e.Pipeline.Name(function), // by which the emulator's log of calls knows it
		"AWS_REGION":                emulator.Region,
		"AWS_ENDPOINT_URL":          e.AWS.URL,
		"AWS_ACCESS_KEY_ID":         dummyKey,
		"AWS_SECRET_ACCESS_KEY":     dummySecret,
		"AWS_EC2_METADATA_DISABLED": "true",
	}
}
