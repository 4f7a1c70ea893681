package sched_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

func (w *world) requirements(list []string) []model.Requirement {
	var out []model.Requirement
	for _, text := range list {
		f := strings.Split(text, ":")
		r := model.Requirement{Key: f[0], Operator: model.Operator(f[1])}
		if len(f) > 2 && f[2] != "" {
			r.Values = strings.Split(f[2], ",")
		}
		if len(f) > 3 {
			r.MinValues = int(number(w.t, f[3]))
		}
		out = append(out, r)
	}
	return out
}

func pairs(list []string) map[string]string {
	var out map[string]string
	for _, text := range list {
		k, v, _ := strings.Cut(text, "=")
		if out == nil {
			out = map[string]string{}
		}
		out[k] = v
	}
	return out
}

func taints(list []string) []model.Taint {
	var out []model.Taint
	for _, text := range list {
		kv, effect, _ := strings.Cut(text, ":")
		k, v, _ := strings.Cut(kv, "=")
		out = append(out, model.Taint{Key: k, Value: v, Effect: effect})
	}
	return out
}

func tolerations(list []string) []model.Toleration {
	var out []model.Toleration
	for _, text := range list {
		if text == "all" {
			out = append(out, model.Toleration{Operator: "Exists"})
			continue
		}
		t := taints([]string{text})[0]
		out = append(out, model.Toleration{Key: t.Key, Operator: "Equal", Value: t.Value, Effect: t.Effect})
	}
	return out
}

// quantity reads 1.5 or 500m of cpu, 512Mi or 2Gi of bytes, or a count.
func quantity(t testing.TB, resource, text string) int64 {
	t.Helper()
	unit := float64(1)
	if resource == model.CPU {
		unit = 1000
	}
	for suffix, u := range map[string]float64{"Mi": 1 << 20, "Gi": 1 << 30, "m": 1} {
		if strings.HasSuffix(text, suffix) {
			text, unit = strings.TrimSuffix(text, suffix), u
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(n * unit)
}
