// Command echo is a function for tests: it does what its payload says.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if os.Getenv("ECHO_REFUSE") != "" {
		os.Exit(1)
	}
	count := 0
	lambda.Start(func(ctx context.Context, in map[string]string) (json.RawMessage, error) {
		count++
		switch in["do"] {
		case "fail":
			return nil, errors.New("as asked")
		case "exit":
			os.Exit(3)
		case "sleep":
			time.Sleep(time.Hour)
		}
		return json.Marshal(map[string]any{"pid": os.Getpid(), "count": count, "name": os.Getenv("AWS_LAMBDA_FUNCTION_NAME")})
	})
}
