package prices

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pricing/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// servedIn is the region whose endpoint of the price list serves the region: three serve the world, one China.
// Source: AWS Price List, "Service endpoints".
func servedIn(region string) string {
	switch {
	case strings.HasPrefix(region, "ap-"):
		return "ap-south-1"
	case strings.HasPrefix(region, "cn-"):
		return "cn-northwest-1"
	case strings.HasPrefix(region, "eu-"):
		return "eu-central-1"
	}
	return "us-east-1"
}

// query is where a reading of the price list is: shared hardware comes first, then bare metal, which the list has
// under another family and counts as dedicated.
type query struct {
	metal bool
	token *string
}

const metalPage = "metal:"

func open(page string) query {
	var q query
	token, metal := strings.CutPrefix(page, metalPage)
	q.metal = metal
	if token != "" {
		q.token = &token
	}
	return q
}

// next is the page after one that ended with the token.
func (q query) next(token string) string {
	switch {
	case q.metal && token == "":
		return ""
	case q.metal || token == "":
		return metalPage + token
	}
	return token
}

// filters pick one product a type: Linux, no licence, capacity in use.
func (p Prices) filters(metal bool) []types.Filter {
	tenancy, family := "Shared", "Compute Instance"
	if metal {
		tenancy, family = "Dedicated", "Compute Instance (bare metal)"
	}
	var out []types.Filter
	for _, f := range [][2]string{
		{"regionCode", p.region},
		{"operatingSystem", "Linux"},
		{"preInstalledSw", "NA"},
		{"capacitystatus", "Used"},
		{"marketoption", "OnDemand"},
		{"tenancy", tenancy},
		{"productFamily", family},
	} {
		out = append(out, types.Filter{Field: aws.String(f[0]), Value: aws.String(f[1]), Type: types.FilterTypeTermMatch})
	}
	return out
}

// product is an entry of the price list as far as we read it.
type product struct {
	Product struct {
		Attributes struct {
			InstanceType string `json:"instanceType"`
		} `json:"attributes"`
	} `json:"product"`
	Terms struct {
		OnDemand map[string]struct {
			PriceDimensions map[string]struct {
				Unit         string            `json:"unit"`
				PricePerUnit map[string]string `json:"pricePerUnit"`
			} `json:"priceDimensions"`
		} `json:"OnDemand"`
	} `json:"terms"`
}

// listed reads an entry of the price list: the one hourly price that is not zero. China's list is in yuan, which
// serves as well to tell cheap from dear.
func listed(text string) (model.Price, bool) {
	var p product
	if json.Unmarshal([]byte(text), &p) != nil || p.Product.Attributes.InstanceType == "" {
		return model.Price{}, false
	}
	var highest int64
	for _, term := range p.Terms.OnDemand {
		for _, dimension := range term.PriceDimensions {
			if dimension.Unit != "" && dimension.Unit != "Hrs" {
				continue
			}
			for _, currency := range []string{"USD", "CNY"} {
				if price, ok := microdollars(dimension.PricePerUnit[currency]); ok {
					highest = max(highest, price)
				}
			}
		}
	}
	return model.Price{Type: p.Product.Attributes.InstanceType, Price: highest}, highest > 0
}

// microdollars reads a decimal price. Zero is none: nothing is free.
func microdollars(text string) (int64, bool) {
	dollars, err := strconv.ParseFloat(text, 64)
	if err != nil || !(dollars > 0 && dollars <= 1e6) {
		return 0, false
	}
	return int64(math.Ceil(dollars*1e6 - 1e-6)), true
}
