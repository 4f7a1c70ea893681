package sched

import (
	"fmt"
	"math"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// budget is what the cluster's caps leave to this decision: instances in the running minute, and money.
type budget struct {
	launches  int64
	perMinute int64
	money     int64 // microdollars an hour
	maxPrice  int64 // 0 is no cap
	running   int64 // what all claims cost, those that are bought now too
	hit       [2]bool
}

const (
	capLaunches = iota
	capPrice
)

func newBudget(d *decision) budget {
	b := budget{perMinute: d.settings.LaunchesPerMinute, maxPrice: d.settings.MaxPrice, money: math.MaxInt64}
	b.launches = b.perMinute
	if d.snapshot.Lane.LaunchMinute.Equal(d.now.Truncate(time.Minute)) {
		b.launches = max(0, b.perMinute-d.snapshot.Lane.LaunchCount)
	}
	for i := range d.snapshot.Claims {
		b.pay(d.priceOf(&d.snapshot.Claims[i]))
	}
	return b
}

// priceOf is what a claim costs: its offering's price once it is launched, else the cheapest that it admits.
func (d *decision) priceOf(claim *model.NodeClaim) int64 {
	l := claim.Labels
	if claim.Launched() {
		o, _ := d.table.offering(l[model.LabelInstanceType], l[model.LabelZone], l[model.LabelCapacityType])
		return o.Price
	}
	price, _ := d.table.cheapest(d.admissible(claim))
	return price
}

// take counts n launches of new claims at the price.
func (b *budget) take(n, price int64) {
	b.launches -= n
	b.pay(n * price)
}

// pay counts money, or takes it back.
func (b *budget) pay(price int64) {
	b.running += price
	if b.maxPrice > 0 {
		b.money = max(0, b.maxPrice-b.running)
	}
}

// refuse notes that a cap kept something from being bought, and says so.
func (b *budget) refuse(which int) string {
	b.hit[which] = true
	return b.words(which)
}

// words name a cap. They hold nothing that changes from decision to decision: they count as one in metrics, and a pod's
// Event that says the same again is not made again.
func (b *budget) words(which int) string {
	if which == capLaunches {
		return fmt.Sprintf("the cap of %d launches a minute is reached", b.perMinute)
	}
	return fmt.Sprintf("the cap of %s for all claims would be passed", dollars(b.maxPrice))
}

// said lists the caps that were hit.
func (b *budget) said() []string {
	var out []string
	for which, hit := range b.hit {
		if hit {
			out = append(out, b.words(which))
		}
	}
	return out
}

// dollars writes microdollars an hour.
func dollars(micro int64) string {
	s := fmt.Sprintf("$%d.%06d", micro/1_000_000, micro%1_000_000)
	for len(s) > 0 && s[len(s)-1] == '0' && s[len(s)-3] != '.' {
		s = s[:len(s)-1]
	}
	return s + "/h"
}

// affordable is how many nodes at the price the money left buys.
func affordable(price, left int64) int64 {
	if price <= 0 {
		return math.MaxInt32
	}
	return left / price
}
