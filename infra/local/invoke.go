package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/slipway-dev/slipway/infra/local/lambda"
	"github.com/slipway-dev/slipway/infra/pipeline"
)

// goldenCluster is the cluster that the golden events of testevents/ name.
const (
	goldenKey  = "3f9a0c5d7e21"
	goldenName = "demo"
)

// invoke runs one function once, in a process of its own, with the event in the file. The golden events' cluster is
// replaced by the one that runs here.
func invoke(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: local invoke FUNCTION FILE")
	}
	s, err := running()
	if err != nil {
		return err
	}
	d, ok := s.Functions[args[0]]
	f, known := pipeline.New("slipway").FunctionByName(args[0])
	if !ok || !known {
		return fmt.Errorf("there is no function %q", args[0])
	}
	raw, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	text := strings.NewReplacer(goldenKey, s.ClusterKey, `\"`+goldenName+`\"`, `\"`+s.ClusterName+`\"`).Replace(string(raw))
	if !json.Valid([]byte(text)) {
		return fmt.Errorf("%s is not JSON", args[1])
	}
	function := lambda.New(lambda.Config{Name: d.Name, Binary: d.Binary, Environment: d.Environment, Timeout: f.Timeout, Output: os.Stderr})
	defer function.Close()
	began := time.Now()
	answer, err := function.Invoke(ctx, []byte(text))
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	fmt.Printf("%s\n", answer)
	fmt.Fprintf(os.Stderr, "%s answered after %d ms, its start included\n", args[0], time.Since(began).Milliseconds())
	return nil
}
