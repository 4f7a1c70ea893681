package network

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// filters says a selector in EC2's words, given the names of the filters for id and name. Filters are all to hold.
func filters(selector model.Selector, id, name string) []types.Filter {
	var out []types.Filter
	add := func(filter, value string) {
		out = append(out, types.Filter{Name: &filter, Values: []string{value}})
	}
	if selector.ID != "" {
		add(id, selector.ID)
	}
	if selector.Name != "" && name != "" {
		add(name, selector.Name)
	}
	for _, key := range slices.Sorted(maps.Keys(selector.Tags)) {
		if value := selector.Tags[key]; value == "*" {
			add("tag-key", key)
		} else {
			add("tag:"+key, value)
		}
	}
	return out
}
