package emulator

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Control asks of an emulator what AWS has no call for: an empty stock, a lost
// answer, the log of calls. Every method is one request to it.
type Control struct {
	url    string
	client *http.Client
}

// Attach controls an emulator that runs already, by its URL.
func Attach(url string) *Control {
	return &Control{url: url, client: &http.Client{Timeout: 10 * time.Second}}
}

// Pool is one type in one zone under one capacity type ("spot" or
// "on-demand"), and how many instances it has left. "" stands for any.
type Pool struct {
	Type         string `json:"type,omitempty"`
	Zone         string `json:"zone,omitempty"`
	CapacityType string `json:"capacityType,omitempty"`
	Remaining    int    `json:"remaining"`
}

// Quota bounds the vCPUs of one of EC2's buckets ("standard" holds c, m, r, t).
type Quota struct {
	CapacityType string `json:"capacityType"`
	Bucket       string `json:"bucket,omitempty"` // "" is "standard"
	VCPUs        int    `json:"vcpus"`
}

// FreeAddresses bounds the addresses that a subnet has left.
type FreeAddresses struct {
	SubnetID string `json:"subnetId"`
	Free     int    `json:"free"`
}

// SetICE replaces the list of pools that are not bottomless.
func (c *Control) SetICE(ctx context.Context, pools ...Pool) error {
	return c.post(ctx, "ice", list(pools), nil)
}

// SetQuota replaces the list of quotas that bind.
func (c *Control) SetQuota(ctx context.Context, quotas ...Quota) error {
	return c.post(ctx, "quotas", list(quotas), nil)
}

// SetFreeAddresses replaces the list of subnets that are short of addresses.
func (c *Control) SetFreeAddresses(ctx context.Context, subnets ...FreeAddresses) error {
	return c.post(ctx, "subnets", list(subnets), nil)
}

// SetCluster says where the API server of a cluster is, as DescribeCluster
// tells it. ca is PEM. version, such as "1.35", may be "": CreateCluster's.
func (c *Control) SetCluster(ctx context.Context, name, endpoint string, ca []byte, version string) error {
	return c.post(ctx, "clusters", map[string]string{
		"name": name, "endpoint": endpoint, "version": version,
		"certificateAuthority": base64.StdEncoding.EncodeToString(ca),
	}, nil)
}

// SetRunDelay sets the time from a launch to "running" (1 s by default).
func (c *Control) SetRunDelay(ctx context.Context, d time.Duration) error {
	return c.set(ctx, "runDelay", d)
}

// SetTerminateDelay sets the time from TerminateInstances to "terminated" (1 s by default).
func (c *Control) SetTerminateDelay(ctx context.Context, d time.Duration) error {
	return c.set(ctx, "terminateDelay", d)
}

// SetConsistencyDelay hides new instances from Describe calls for a time (0 by
// default): the eventual consistency that EC2 warns of.
func (c *Control) SetConsistencyDelay(ctx context.Context, d time.Duration) error {
	return c.set(ctx, "consistencyDelay", d)
}

func (c *Control) set(ctx context.Context, name string, d time.Duration) error {
	return c.post(ctx, "settings", map[string]float64{name: d.Seconds()}, nil)
}

// Reset empties the account and forgets all that was asked for; calls on the
// way are not waited for. Catalog and prices stay.
func (c *Control) Reset(ctx context.Context) error {
	return c.post(ctx, "reset", struct{}{}, nil)
}

// list makes an empty list of none, so that it is [] on the wire.
func list[T any](items []T) []T { return append([]T{}, items...) }

func (c *Control) post(ctx context.Context, name string, body, answer any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("AWS emulator: %s: %w", name, err)
	}
	return c.do(ctx, http.MethodPost, name, bytes.NewReader(data), answer)
}

func (c *Control) do(ctx context.Context, method, path string, body io.Reader, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.url+"/slipway/"+path, body)
	if err != nil {
		return fmt.Errorf("AWS emulator: %s: %w", path, err)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("AWS emulator: %s: %w", path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("AWS emulator: %s: %w", path, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("AWS emulator: %s: %s: %s", path, resp.Status, data)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("AWS emulator: %s: %w", path, err)
	}
	return nil
}

// Calls returns the AWS calls answered after the one numbered since (0: all of
// those kept), oldest first.
func (c *Control) Calls(ctx context.Context, since int64) ([]Call, error) {
	var calls []Call
	err := c.do(ctx, http.MethodGet, "calls?since="+strconv.FormatInt(since, 10), nil, &calls)
	return calls, err
}
