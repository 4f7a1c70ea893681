package boot

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// sanely written quantities: the parser takes 1e99999999 too, but a single subtraction with it lasts a minute.
var sanely = regexp.MustCompile(`^\+?[0-9.]{1,20}([a-zA-Z]{1,2}|[eE][+-]?[0-9]{1,2})?$`)

// parseQuantity reads a reservation: "100m", "1Gi". Like the kubelet it takes none below zero.
func parseQuantity(text string) (resource.Quantity, error) {
	if !sanely.MatchString(text) {
		return resource.Quantity{}, fmt.Errorf("%q is not a quantity", text)
	}
	return resource.ParseQuantity(text)
}

// threshold is an eviction threshold as a quantity: "100Mi", or a percentage of the total.
func threshold(value string, total int64) (resource.Quantity, error) {
	percent, isPercent := strings.CutSuffix(value, "%")
	if !isPercent {
		return parseQuantity(value)
	}
	share, err := strconv.ParseFloat(percent, 64)
	if err != nil || !(share >= 0 && share <= 100) {
		return resource.Quantity{}, fmt.Errorf("%q is not a percentage", value)
	}
	return *resource.NewQuantity(int64(float64(total)*share/100), resource.BinarySI), nil
}
