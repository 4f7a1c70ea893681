package cluster

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	authentication "k8s.io/api/authentication/v1"
)

// Dummy credentials, of an assumed role, that only the fake STS below knows.
const (
	dummyKey     = "ASIADUMMYDUMMYDUMMY1"
	dummySecret  = "dummy-secret"
	dummySession = "dummy-session"
	roleARN      = "arn:aws:iam::111122223333:role/slipway-provision"
	sessionARN   = "arn:aws:sts::111122223333:assumed-role/slipway-provision/a@b"
)

// fakeSTS verifies signatures as AWS does: the query, the host and the headers
// that it names must be as they were signed.
func fakeSTS(t *testing.T) *url.URL {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		at, err := time.Parse(amzDate, query.Get("X-Amz-Date"))
		if err != nil {
			http.Error(w, "no date", http.StatusForbidden)
			return
		}
		unsigned, _ := http.NewRequest(http.MethodGet, "http://"+r.Host+"/", nil)
		unsigned.Header.Set(clusterHeader, r.Header.Get(clusterHeader))
		signed := query.Get("X-Amz-Signature")
		for _, name := range []string{"X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Security-Token"} {
			query.Del(name)
		}
		unsigned.URL.RawQuery = query.Encode()
		const emptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		again, _, err := v4.NewSigner().PresignHTTP(r.Context(), aws.Credentials{AccessKeyID: dummyKey, SecretAccessKey: dummySecret, SessionToken: dummySession},
			unsigned, emptyBody, "sts", "eu-west-1", at)
		if err != nil || !strings.Contains(again, "X-Amz-Signature="+signed) {
			http.Error(w, "SignatureDoesNotMatch", http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
			<Arn>%s</Arn><UserId>AROADUMMY:a@b</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, sessionARN)
	}))
	t.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}

// presigned is a GetCallerIdentity request made by AWS's SDK for the cluster;
// endpoint "" is AWS's own.
func presigned(t *testing.T, endpoint, cluster string) string {
	t.Helper()
	return presignedBy(t, credentials.NewStaticCredentialsProvider(dummyKey, dummySecret, dummySession), endpoint, cluster)
}

func presignedBy(t *testing.T, who aws.CredentialsProvider, endpoint, cluster string) string {
	t.Helper()
	client := sts.New(sts.Options{Region: "eu-west-1", Credentials: who}, func(o *sts.Options) {
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
		o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue(clusterHeader, cluster), smithyhttp.SetHeaderValue("X-Amz-Expires", "60"))
	})
	request, err := sts.NewPresignClient(client).PresignGetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	return request.URL
}

func tokenOf(presigned string) string {
	return tokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(presigned))
}

// post sends a TokenReview as the API server does.
func post(t *testing.T, a http.Handler, token string) (int, authentication.TokenReviewStatus) {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": map[string]any{"token": token},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)))
	var review authentication.TokenReview
	if answer.Code == http.StatusOK {
		if err := json.Unmarshal(answer.Body.Bytes(), &review); err != nil {
			t.Fatal(err)
		}
		if review.APIVersion != "authentication.k8s.io/v1" || review.Kind != "TokenReview" {
			t.Errorf("the answer is a %s %s", review.APIVersion, review.Kind)
		}
	}
	return answer.Code, review.Status
}

func authenticator(endpoint *url.URL) *Authenticator {
	return &Authenticator{Cluster: "demo", STS: endpoint, Entries: func(arn string) (string, []string, bool) {
		return "slipway:provision:{{SessionName}}", []string{"slipway:provision"}, arn == roleARN
	}}
}

func TestAuthenticatorLetsARoleIn(t *testing.T) {
	endpoint := fakeSTS(t)
	want := authentication.TokenReviewStatus{Authenticated: true, User: authentication.UserInfo{
		Username: "slipway:provision:a-b",
		UID:      "aws-iam-authenticator:111122223333:AROADUMMY",
		Groups:   []string{"slipway:provision"},
		Extra: map[string]authentication.ExtraValue{
			"arn": {sessionARN}, "canonicalArn": {roleARN}, "sessionName": {"a@b"},
		},
	}}
	for name, signedFor := range map[string]string{"the emulator's host": endpoint.String(), "AWS's host": ""} {
		code, got := post(t, authenticator(endpoint), tokenOf(presigned(t, signedFor, "demo")))
		if diff := cmp.Diff(want, got); code != http.StatusOK || diff != "" {
			t.Errorf("a token for %s: %d\n%s", name, code, diff)
		}
	}
}

func TestAuthenticatorRefuses(t *testing.T) {
	endpoint := fakeSTS(t)
	good := presigned(t, endpoint.String(), "demo")
	with := func(name, value string) string {
		u, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		query := u.Query()
		query.Set(name, value)
		u.RawQuery = query.Encode()
		return tokenOf(u.String())
	}
	for _, c := range []struct{ name, token, says string }{
		{"no token of AWS", "eyJhbGciOi", "does not begin with"},
		{"too long", tokenPrefix + strings.Repeat("A", longestToken), "too long"},
		{"no base64", tokenPrefix + "!", "decoding"},
		{"another host", tokenOf("https://example.org/" + good[strings.Index(good, "?"):]), "not of STS"},
		{"a host that looks like AWS's", tokenOf("https://sts.amazonaws.com.example.org/" + good[strings.Index(good, "?"):]), "not of STS"},
		{"AWS without TLS", tokenOf("http://sts.amazonaws.com/" + good[strings.Index(good, "?"):]), "not of STS"},
		{"another path", tokenOf(strings.Replace(good, "/?", "/x?", 1)), "path"},
		{"another action", with("Action", "AssumeRole"), `"AssumeRole"`},
		{"one more parameter", with("RoleArn", "x"), `"RoleArn"`},
		{"a parameter twice", tokenOf(good + "&action=GetCallerIdentity"), "more than once"},
		{"the cluster not signed", with("X-Amz-SignedHeaders", "host"), clusterHeader},
		{"no expiry", with("X-Amz-Expires", ""), "X-Amz-Expires"},
		{"a long expiry", with("X-Amz-Expires", "901"), "X-Amz-Expires"},
		{"no date", with("X-Amz-Date", "today"), "X-Amz-Date"},
		{"another cluster's", tokenOf(presigned(t, endpoint.String(), "other")), "STS answered 403"},
		{"a forged signature", with("X-Amz-Signature", strings.Repeat("0", 64)), "STS answered 403"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, got := post(t, authenticator(endpoint), c.token)
			if code != http.StatusOK || got.Authenticated || !strings.Contains(got.Error, c.says) {
				t.Errorf("%d, authenticated %v, %q; want a refusal that says %q", code, got.Authenticated, got.Error, c.says)
			}
		})
	}
}

// A token is good for 15 minutes from its signing, to the second.
func TestAuthenticatorExpiry(t *testing.T) {
	endpoint := fakeSTS(t)
	signed := presigned(t, endpoint.String(), "demo")
	u, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	date, err := time.Parse(amzDate, u.Query().Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	for after, good := range map[time.Duration]bool{tokenLife: true, tokenLife + time.Second: false} {
		a := authenticator(endpoint)
		a.Now = func() time.Time { return date.Add(after) }
		if _, got := post(t, a, tokenOf(signed)); got.Authenticated != good {
			t.Errorf("%s after its signing: authenticated %v (%s), want %v", after, got.Authenticated, got.Error, good)
		}
	}
}

func TestAuthenticatorKnowsNobodyWithoutAnEntry(t *testing.T) {
	endpoint := fakeSTS(t)
	a := authenticator(endpoint)
	a.Entries = func(string) (string, []string, bool) { return "", nil, false }
	_, got := post(t, a, tokenOf(presigned(t, endpoint.String(), "demo")))
	if got.Authenticated || !strings.Contains(got.Error, roleARN) {
		t.Errorf("authenticated %v, %q; want a refusal that names the role", got.Authenticated, got.Error)
	}
}

// The API server asks again after a 500; a judgement would be remembered.
func TestAuthenticatorWithoutSTS(t *testing.T) {
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "later", http.StatusServiceUnavailable)
	}))
	defer down.Close()
	endpoint, err := url.Parse(down.URL)
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := post(t, authenticator(endpoint), tokenOf(presigned(t, down.URL, "demo"))); code != http.StatusInternalServerError {
		t.Errorf("%d, want 500", code)
	}
}

func TestAuthenticatorWantsATokenReview(t *testing.T) {
	for body, want := range map[string]int{
		"no json": http.StatusBadRequest,
		`{"apiVersion":"authentication.k8s.io/v1beta1","kind":"TokenReview"}`: http.StatusBadRequest,
		`{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview"}`:      http.StatusOK,
	} {
		answer := httptest.NewRecorder()
		authenticator(&url.URL{}).ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).WithContext(context.Background()))
		if answer.Code != want {
			t.Errorf("%s: %d, want %d", body, answer.Code, want)
		}
	}
}

func TestPrincipal(t *testing.T) {
	for arn, want := range map[string][2]string{
		sessionARN:                             {roleARN, "a@b"},
		"arn:aws:iam::111122223333:user/me":    {"arn:aws:iam::111122223333:user/me", ""},
		"arn:aws:sts::1:federated-user/me":     {"arn:aws:sts::1:federated-user/me", ""},
		"arn:aws-cn:sts::1:assumed-role/R/i-1": {"arn:aws-cn:iam::1:role/R", "i-1"},
		"nonsense":                             {"nonsense", ""},
	} {
		gotARN, gotSession := caller{ARN: arn}.principal()
		if got := [2]string{gotARN, gotSession}; got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}
