package instances_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/slipway-dev/slipway/shared/aws/instances"
)

// ec2 answers the calls with what is prepared, one after another, and keeps what was asked.
type ec2 struct {
	*instances.Instances
	mu      sync.Mutex
	answers []reply
	asked   []url.Values
}

type reply struct {
	status int
	body   string
}

func serve(t *testing.T, answers ...reply) *ec2 {
	t.Helper()
	s := &ec2{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.Instances = instances.New(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL),
		HTTPClient:   awshttp.NewBuildableClient(),
		Credentials:  credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	})
	return s
}

func (s *ec2) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, form)
	if len(s.answers) == 0 {
		panic(http.ErrAbortHandler) // the connection breaks: no answer
	}
	next := s.answers[0]
	s.answers = s.answers[1:]
	w.WriteHeader(next.status)
	if _, err := io.WriteString(w, next.body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// requests are what was asked so far. The handler may still be at its end when the answer, or its loss, is seen.
func (s *ec2) requests() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func refusal(status int, code string) reply {
	return reply{status, `<Response><Errors><Error><Code>` + code + `</Code><Message>sorry</Message></Error></Errors><RequestID>r</RequestID></Response>`}
}
