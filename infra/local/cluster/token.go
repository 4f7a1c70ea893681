package cluster

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	tokenPrefix = "k8s-aws-v1."
	// clusterHeader names the cluster that a token was made for; it must be
	// among the headers that the token's signature covers.
	clusterHeader = "x-k8s-aws-id"
	// tokenLife runs from X-Amz-Date, whatever X-Amz-Expires says.
	tokenLife     = 15 * time.Minute
	longestToken  = 4096
	longestExpiry = 900 // seconds; X-Amz-Expires
	amzDate       = "20060102T150405Z"
)

// stsHost is where a token may send the authenticator, besides the configured
// endpoint: a token that could name any host would have it fetch anything.
var stsHost = regexp.MustCompile(`^sts(-fips)?(\.[a-z]{2}(-[a-z]+)+-[0-9])?\.amazonaws\.com(\.cn)?$`)

// callRequest is the presigned GetCallerIdentity request that a token is.
type callRequest struct {
	host  string
	query url.Values // as signed, names in the case that came
	lower map[string]string
}

// parseToken checks everything that can be checked without STS, in the order and
// with the limits of aws-iam-authenticator: form, host, parameters, action, the
// signed header, the time. endpoint is the one URL allowed besides AWS's own.
func parseToken(token string, endpoint *url.URL, now time.Time) (callRequest, error) {
	if len(token) > longestToken {
		return callRequest{}, errors.New("the token is too long")
	}
	encoded, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return callRequest{}, fmt.Errorf("the token does not begin with %q", tokenPrefix)
	}
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return callRequest{}, fmt.Errorf("decoding the token: %w", err)
	}
	signed, err := url.Parse(string(decoded))
	if err != nil {
		return callRequest{}, errors.New("the token holds no URL")
	}
	if err := checkPlace(signed, endpoint); err != nil {
		return callRequest{}, err
	}
	request := callRequest{host: signed.Host}
	if request.query, request.lower, err = parameters(signed.RawQuery); err != nil {
		return callRequest{}, err
	}
	return request, request.check(now)
}

// checkPlace lets AWS's STS pass, and the emulator's.
func checkPlace(signed, endpoint *url.URL) error {
	local := signed.Scheme == endpoint.Scheme && signed.Host == endpoint.Host
	if !local && (signed.Scheme != "https" || !stsHost.MatchString(signed.Host)) {
		return fmt.Errorf("the token's URL is of %s://%s, not of STS", signed.Scheme, signed.Host)
	}
	if signed.Path != "/" {
		return fmt.Errorf("the token's URL has the path %q, not /", signed.Path)
	}
	return nil
}

var knownParameters = []string{
	"action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires",
	"x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
}

// parameters refuses unknown ones, and one given twice: two readers could take
// different values.
func parameters(raw string) (url.Values, map[string]string, error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, nil, errors.New("the token's URL has a malformed query")
	}
	lower := make(map[string]string, len(query))
	for name, values := range query {
		folded := strings.ToLower(name)
		if !slices.Contains(knownParameters, folded) {
			return nil, nil, fmt.Errorf("the token's URL has the parameter %q, which GetCallerIdentity does not take", name)
		}
		if _, twice := lower[folded]; twice || len(values) != 1 {
			return nil, nil, fmt.Errorf("the token's URL has the parameter %q more than once", name)
		}
		lower[folded] = values[0]
	}
	return query, lower, nil
}

func (r callRequest) check(now time.Time) error {
	if action := r.lower["action"]; action != "GetCallerIdentity" {
		return fmt.Errorf("the token is signed for the action %q, not for GetCallerIdentity", action)
	}
	if !slices.Contains(strings.Split(strings.ToLower(r.lower["x-amz-signedheaders"]), ";"), clusterHeader) {
		return fmt.Errorf("the token's signature does not cover the header %s", clusterHeader)
	}
	if seconds, err := strconv.Atoi(r.lower["x-amz-expires"]); err != nil || seconds < 0 || seconds > longestExpiry {
		return fmt.Errorf("the token's X-Amz-Expires is %q, not 0 to %d seconds", r.lower["x-amz-expires"], longestExpiry)
	}
	date, err := time.Parse(amzDate, r.lower["x-amz-date"])
	if err != nil {
		return fmt.Errorf("the token's X-Amz-Date is %q, not a time", r.lower["x-amz-date"])
	}
	if end := date.Add(tokenLife); now.After(end) {
		return fmt.Errorf("the token expired at %s", end.Format(time.RFC3339))
	}
	return nil
}
