package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	authentication "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AccessEntries says what user and groups an IAM principal is in the cluster, as
// EKS's access entries do; not ok: it has none there. A role that was assumed is
// asked for as arn:aws:iam::ACCOUNT:role/NAME, without its path, as in EKS. The
// user may hold {{SessionName}}. It is called by several requests at a time.
type AccessEntries func(roleARN string) (username string, groups []string, ok bool)

// Authenticator answers TokenReviews (authentication.k8s.io/v1, POST, any path)
// for one cluster, as EKS's control plane does for tokens of AWS identities. It
// may serve requests at the same time.
//
// One check is left to STS: that the token was signed by its access key, for this
// cluster, whose name goes with the question in the header that was signed.
type Authenticator struct {
	// Cluster is the name in x-k8s-aws-id.
	Cluster string
	// STS is the endpoint to ask, such as http://127.0.0.1:5000. Tokens may be
	// presigned for it, or for AWS's own hosts.
	STS *url.URL
	// Entries maps roles to users.
	Entries AccessEntries
	// Client asks STS; nil: one that follows no redirect and waits 5 seconds.
	Client *http.Client
	// Now is the clock; nil: the machine's.
	Now func() time.Time
}

// ServeHTTP answers 200 and a status for every token that could be judged. When
// STS does not answer it is 500, which makes the API server ask again.
func (a *Authenticator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "a TokenReview is sent by POST", http.StatusMethodNotAllowed)
		return
	}
	var review authentication.TokenReview
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&review); err != nil {
		http.Error(w, "no TokenReview: "+err.Error(), http.StatusBadRequest)
		return
	}
	if want := authentication.SchemeGroupVersion.String(); review.APIVersion != want || review.Kind != "TokenReview" {
		http.Error(w, fmt.Sprintf("%s %s is not a TokenReview of %s", review.APIVersion, review.Kind, want), http.StatusBadRequest)
		return
	}
	status, err := a.review(r.Context(), review.Spec.Token)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// An error here is the API server's having gone away.
	_ = json.NewEncoder(w).Encode(authentication.TokenReview{
		TypeMeta: metav1.TypeMeta{APIVersion: review.APIVersion, Kind: review.Kind},
		Status:   status,
	})
}

// review judges a token. The error means that it could not.
func (a *Authenticator) review(ctx context.Context, token string) (authentication.TokenReviewStatus, error) {
	no := func(err error) (authentication.TokenReviewStatus, error) {
		return authentication.TokenReviewStatus{Error: err.Error()}, nil
	}
	request, err := parseToken(token, a.STS, a.now())
	if err != nil {
		return no(err)
	}
	who, err := request.ask(ctx, a.client(), a.STS, a.Cluster)
	if _, said := errors.AsType[refused](err); said {
		return no(err)
	}
	if err != nil {
		return authentication.TokenReviewStatus{}, err
	}
	arn, _ := who.principal()
	user, groups, ok := a.Entries(arn)
	if !ok {
		return no(fmt.Errorf("%s has no access entry in the cluster %s", arn, a.Cluster))
	}
	return authentication.TokenReviewStatus{Authenticated: true, User: userInfo(who, user, groups)}, nil
}

// userInfo is what RBAC and admission see of the caller.
func userInfo(who caller, user string, groups []string) authentication.UserInfo {
	arn, session := who.principal()
	id, _, _ := strings.Cut(who.UserID, ":")
	return authentication.UserInfo{
		// An at sign would let a session pass for somebody's mail address.
		Username: strings.ReplaceAll(user, "{{SessionName}}", strings.ReplaceAll(session, "@", "-")),
		UID:      fmt.Sprintf("aws-iam-authenticator:%s:%s", who.Account, id),
		Groups:   groups,
		Extra: map[string]authentication.ExtraValue{
			"arn":          {who.ARN},
			"canonicalArn": {arn},
			"sessionName":  {session},
		},
	}
}

func (a *Authenticator) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

func (a *Authenticator) client() *http.Client {
	if a.Client != nil {
		return a.Client
	}
	return &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
