package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/model"
)

// install invokes the function install as CloudFormation does for a custom resource, and waits for its answer at the
// URL that CloudFormation would have presigned.
func (e *Environment) install(ctx context.Context) error {
	answers := make(chan cfn.Response, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var answer cfn.Response
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			answer.Status, answer.Reason = cfn.StatusFailed, err.Error()
		}
		answers <- answer
	})}
	go server.Serve(listener)
	defer server.Close()

	request, err := json.Marshal(map[string]any{
		"RequestType": "Create", "RequestId": "local-install", "LogicalResourceId": "Install",
		"ResourceType": "Custom::SlipwayInstall",
		"StackId":      fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/local/1", emulator.Region, emulator.Account),
		"ResponseURL":  "http://" + listener.Addr().String() + "/answer",
		"ResourceProperties": map[string]any{
			"ServiceToken": "local", "ClusterArn": e.Cluster.ARN, "Mode": string(e.Cluster.Mode),
			"RolePrefix": e.Cluster.RolePrefix, "NodeRole": NodeRole,
		},
	})
	if err != nil {
		return err
	}
	if _, err := e.Functions["install"].Invoke(ctx, request); err != nil {
		return err
	}
	select {
	case answer := <-answers:
		if answer.Status != cfn.StatusSuccess {
			return errors.New(answer.Reason)
		}
		return e.settle(ctx)
	case <-time.After(10 * time.Second):
		return errors.New("install answered CloudFormation nothing")
	}
}

// settle writes Options.Settings into the cluster's registration, where the functions read them when they connect.
func (e *Environment) settle(ctx context.Context) error {
	if e.Options.Settings == (model.Settings{}) {
		return nil
	}
	book := ledger.New(e.Config, e.Pipeline.Ledger(), time.Now)
	registered, err := book.Cluster(ctx, e.Cluster.Key)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	registered.Settings = e.Options.Settings
	if err := book.PutCluster(ctx, registered); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}
