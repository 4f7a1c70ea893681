package cluster

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// caller is who STS says has signed a request.
type caller struct {
	ARN     string `xml:"GetCallerIdentityResult>Arn"`
	Account string `xml:"GetCallerIdentityResult>Account"`
	UserID  string `xml:"GetCallerIdentityResult>UserId"`
}

// refused is STS's own no, as opposed to its not answering.
type refused struct{ status string }

func (r refused) Error() string { return "STS answered " + r.status }

// ask sends the request to the STS at endpoint, as signed: same query, same
// host, and the cluster's name in the header that the signature covers.
func (r callRequest) ask(ctx context.Context, client *http.Client, endpoint *url.URL, cluster string) (caller, error) {
	target := *endpoint
	target.Path, target.RawQuery = "/", r.query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return caller{}, fmt.Errorf("asking STS: %w", err)
	}
	request.Host = r.host
	request.Header.Set(clusterHeader, cluster)
	response, err := client.Do(request)
	if err != nil {
		// Without the URL, which is the token.
		var sent *url.Error
		if errors.As(err, &sent) {
			err = sent.Err
		}
		return caller{}, fmt.Errorf("asking STS: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusInternalServerError {
		return caller{}, fmt.Errorf("asking STS: it answered %s", response.Status)
	}
	if response.StatusCode != http.StatusOK {
		return caller{}, refused{response.Status}
	}
	var who caller
	if err := xml.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&who); err != nil {
		return caller{}, fmt.Errorf("reading STS's answer: %w", err)
	}
	if who.ARN == "" {
		return caller{}, errors.New("reading STS's answer: no Arn in it")
	}
	return who, nil
}

// principal is the caller's ARN as access entries have it: of a role, not of its
// session, which is returned apart.
//
//	arn:aws:sts::111122223333:assumed-role/NAME/SESSION -> arn:aws:iam::111122223333:role/NAME
func (c caller) principal() (arn, session string) {
	parts := strings.SplitN(c.ARN, ":", 6)
	if len(parts) != 6 || parts[2] != "sts" {
		return c.ARN, ""
	}
	role := strings.Split(parts[5], "/")
	if len(role) != 3 || role[0] != "assumed-role" {
		return c.ARN, ""
	}
	return fmt.Sprintf("%s:%s:iam::%s:role/%s", parts[0], parts[1], parts[4], role[1]), role[2]
}
