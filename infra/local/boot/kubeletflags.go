package boot

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// applyFlags lays kubelet command-line flags over the configuration, as the kubelet does: flags win over files, labels
// of several --node-labels add up, of any other flag the last one counts. Flags that the stand-in has no use for are
// ignored.
func (c *NodeConfig) applyFlags(flags []string) error {
	words := strings.Fields(strings.Join(flags, " "))
	for i := 0; i < len(words); i++ {
		name, value, given := strings.Cut(strings.TrimLeft(words[i], "-"), "=")
		if !given && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			i++
			value = words[i]
		}
		if err := c.applyFlag(name, unquote(value)); err != nil {
			return fmt.Errorf("kubelet flag --%s: %w", name, err)
		}
	}
	return nil
}

func (c *NodeConfig) applyFlag(name, value string) (err error) {
	switch name {
	case "node-labels":
		var labels map[string]string
		if labels, err = parseLabels(value); err == nil {
			c.addLabels(labels)
		}
	case "register-with-taints":
		c.Taints, err = parseTaints(value)
	case "max-pods":
		c.MaxPods, err = strconv.Atoi(value)
	case "pods-per-core":
		c.PodsPerCore, err = strconv.Atoi(value)
	case "kube-reserved":
		c.KubeReserved, err = parsePairs(value, "=")
	case "system-reserved":
		c.SystemReserved, err = parsePairs(value, "=")
	case "eviction-hard":
		c.EvictionHard, err = parsePairs(value, "<")
	case "hostname-override":
		c.Hostname = value
	}
	return err
}

func (c *NodeConfig) addLabels(labels map[string]string) {
	if c.Labels == nil {
		c.Labels = map[string]string{}
	}
	for key, value := range labels {
		c.Labels[key] = value
	}
}

// unquote takes off the quotes that a shell or systemd would have taken off.
func unquote(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	return value
}

// parsePairs reads "a=1,b=2" for the separator "=".
func parsePairs(text, separator string) (map[string]string, error) {
	pairs := map[string]string{}
	for _, item := range strings.Split(text, ",") {
		if item == "" {
			continue
		}
		key, value, ok := strings.Cut(item, separator)
		if !ok {
			return nil, fmt.Errorf("%q is not key%svalue", item, separator)
		}
		pairs[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return pairs, nil
}

func parseLabels(text string) (map[string]string, error) {
	labels, err := parsePairs(text, "=")
	if err != nil {
		return nil, err
	}
	return labels, checkLabels(labels)
}

func checkLabels(labels map[string]string) error {
	for key, value := range labels {
		if problems := validation.IsQualifiedName(key); len(problems) > 0 {
			return fmt.Errorf("label key %q: %s", key, problems[0])
		}
		if problems := validation.IsValidLabelValue(value); len(problems) > 0 {
			return fmt.Errorf("label %s=%q: %s", key, value, problems[0])
		}
	}
	return nil
}

// parseTaints reads "key=value:Effect,key:Effect".
func parseTaints(text string) ([]corev1.Taint, error) {
	var taints []corev1.Taint
	for _, item := range strings.Split(text, ",") {
		if item == "" {
			continue
		}
		pair, effect, ok := strings.Cut(item, ":")
		if !ok {
			return nil, fmt.Errorf("taint %q has no effect", item)
		}
		key, value, _ := strings.Cut(pair, "=")
		taint := corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)}
		if err := checkTaint(taint); err != nil {
			return nil, err
		}
		taints = append(taints, taint)
	}
	return taints, nil
}

func checkTaint(taint corev1.Taint) error {
	if problems := validation.IsQualifiedName(taint.Key); len(problems) > 0 {
		return fmt.Errorf("taint key %q: %s", taint.Key, problems[0])
	}
	if problems := validation.IsValidLabelValue(taint.Value); len(problems) > 0 {
		return fmt.Errorf("taint %s=%q: %s", taint.Key, taint.Value, problems[0])
	}
	switch taint.Effect {
	case corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute:
		return nil
	}
	return fmt.Errorf("taint %s: unknown effect %q", taint.Key, taint.Effect)
}
