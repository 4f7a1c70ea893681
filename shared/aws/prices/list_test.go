package prices

import (
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestListed(t *testing.T) {
	entry := func(attributes, dimensions string) string {
		return `{"product":{"attributes":` + attributes + `},"terms":{"OnDemand":{"x":{"priceDimensions":` + dimensions + `}}}}`
	}
	const m5 = `{"instanceType":"m5.large"}`
	for name, test := range map[string]struct {
		text string
		want model.Price
		ok   bool
	}{
		"an hour":         {entry(m5, `{"a":{"unit":"Hrs","pricePerUnit":{"USD":"0.0960000000"}}}`), model.Price{Type: "m5.large", Price: 96_000}, true},
		"in yuan":         {entry(m5, `{"a":{"unit":"Hrs","pricePerUnit":{"CNY":"0.5"}}}`), model.Price{Type: "m5.large", Price: 500_000}, true},
		"upfront as well": {entry(m5, `{"a":{"unit":"Quantity","pricePerUnit":{"USD":"900"}},"b":{"unit":"Hrs","pricePerUnit":{"USD":"0.04"}}}`), model.Price{Type: "m5.large", Price: 40_000}, true},
		"free":            {entry(m5, `{"a":{"unit":"Hrs","pricePerUnit":{"USD":"0.0000000000"}}}`), model.Price{}, false},
		"no type":         {entry(`{}`, `{"a":{"unit":"Hrs","pricePerUnit":{"USD":"1"}}}`), model.Price{}, false},
		"no terms":        {`{"product":{"attributes":` + m5 + `}}`, model.Price{}, false},
		"not JSON":        {`<html>`, model.Price{}, false},
		"absurd":          {entry(m5, `{"a":{"unit":"Hrs","pricePerUnit":{"USD":"1e300"}}}`), model.Price{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := listed(test.text)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("%+v, %t; want %+v, %t", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestMicrodollars(t *testing.T) {
	for text, want := range map[string]int64{
		"0.096": 96_000, "0.0000010": 1, "0.0000001": 1, "0.00000149": 2, "12": 12_000_000, "0.0288": 28_800, "109.2": 109_200_000,
	} {
		if got, ok := microdollars(text); !ok || got != want {
			t.Errorf("%s is %d, %t; want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "-1", "0", "NaN", "Inf", "x"} {
		if got, ok := microdollars(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// The list is read in two turns, and no page of one is taken for the other's.
func TestPagesOfTheList(t *testing.T) {
	page, seen := "", []string{}
	for _, token := range []string{"t1", "", "t2", ""} { // what the service answers, page by page
		q := open(page)
		asked := "first"
		if q.token != nil {
			asked = *q.token
		}
		if q.metal {
			asked = "metal " + asked
		}
		seen = append(seen, asked)
		page = q.next(token)
	}
	want := []string{"first", "t1", "metal first", "metal t2"}
	for i := range want {
		if seen[i] != want[i] {
			t.Fatalf("asked for %q, want %q", seen, want)
		}
	}
	if page != "" {
		t.Errorf("after the last page comes %q", page)
	}
}

func TestServedIn(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "us-east-1", "sa-east-1": "us-east-1", "eu-west-3": "eu-central-1", "ap-northeast-1": "ap-south-1", "cn-north-1": "cn-northwest-1",
	} {
		if got := servedIn(region); got != want {
			t.Errorf("%s is served in %s, want %s", region, got, want)
		}
	}
}
