package install

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
)

// properties of the custom resource. CloudFormation hands every number and truth value over as text.
type properties struct {
	cluster      model.Cluster // without UID
	site         crd.Site
	defaultPools bool
}

// readProperties reads
//
//	ClusterArn          arn:aws:eks:REGION:ACCOUNT:cluster/NAME
//	Mode                active (default) or report
//	RolePrefix          ARN up to the functions' names; empty: the function's own role reaches the cluster
//	NodeRole            name of the role of nodes of the default class
//	SubnetIds           of the default class; none: those tagged karpenter.sh/discovery=NAME
//	SecurityGroupIds    likewise
//	DefaultPools        true (default) or false
//	LaunchesPerMinute   cap; none: 300
//	MaxHourlyPrice      cap in dollars; none: no cap
//
// The error names every property that is wrong.
func readProperties(raw map[string]any) (properties, error) {
	r := reader{raw: raw}
	p := properties{defaultPools: r.truth("DefaultPools", true)}
	p.cluster = r.cluster()
	p.cluster.Mode = model.Mode(r.oneOf("Mode", string(model.Active), string(model.Report)))
	p.cluster.RolePrefix = r.text("RolePrefix")
	p.cluster.Settings.LaunchesPerMinute = int64(r.amount("LaunchesPerMinute"))
	p.cluster.Settings.MaxPrice = int64(math.Round(r.amount("MaxHourlyPrice") * 1e6))
	p.site = crd.Site{
		Cluster: p.cluster.Name, Role: r.text("NodeRole"),
		Subnets: r.list("SubnetIds"), SecurityGroups: r.list("SecurityGroupIds"),
	}
	return p, errors.Join(r.wrong...)
}

type reader struct {
	raw   map[string]any
	wrong []error
}

func (r *reader) fail(name, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Errorf("property "+name+": "+format, args...))
}

// cluster is named by its ARN, which holds region and name as well.
func (r *reader) cluster() model.Cluster {
	arn := r.text("ClusterArn")
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "eks" || parts[3] == "" {
		r.fail("ClusterArn", "%q is not the ARN of an EKS cluster", arn)
		return model.Cluster{}
	}
	name, ok := strings.CutPrefix(parts[5], "cluster/")
	if !ok || name == "" {
		r.fail("ClusterArn", "%q is not the ARN of an EKS cluster", arn)
		return model.Cluster{}
	}
	return model.Cluster{Name: name, Key: model.KeyOf(arn), ARN: arn, Region: parts[3]}
}

func (r *reader) text(name string) string {
	switch value := r.raw[name].(type) {
	case nil:
	case string:
		return value
	default:
		r.fail(name, "%v is not a text", value)
	}
	return ""
}

// oneOf is one of the values; the first is the default.
func (r *reader) oneOf(name string, values ...string) string {
	value := r.text(name)
	if value == "" {
		return values[0]
	}
	for _, v := range values {
		if v == value {
			return v
		}
	}
	r.fail(name, "%q is not one of %s", value, strings.Join(values, ", "))
	return ""
}

func (r *reader) truth(name string, fallback bool) bool {
	if value, ok := r.raw[name].(bool); ok {
		return value
	}
	value := r.text(name)
	if value == "" {
		return fallback
	}
	truth, err := strconv.ParseBool(value)
	if err != nil {
		r.fail(name, "%q is neither true nor false", value)
	}
	return truth
}

func (r *reader) amount(name string) float64 {
	value := r.text(name)
	if value == "" {
		return 0
	}
	amount, err := strconv.ParseFloat(value, 64)
	if err != nil || amount < 0 || amount > 1e9 {
		r.fail(name, "%q is not an amount", value)
		return 0
	}
	return amount
}

func (r *reader) list(name string) []string {
	if r.raw[name] == nil {
		return nil
	}
	items, ok := r.raw[name].([]any)
	if !ok {
		r.fail(name, "%v is not a list", r.raw[name])
		return nil
	}
	var out []string
	for _, item := range items {
		text, ok := item.(string)
		if !ok || text == "" {
			r.fail(name, "%v is not a list of texts", r.raw[name])
			return nil
		}
		out = append(out, text)
	}
	return out
}
