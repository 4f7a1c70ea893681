package environment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// catalogWithin is how long the first catalog may take: a cold one reads all types and prices.
const catalogWithin = 90 * time.Second

// catalog waits until the default pools are Ready: install has woken the function catalog, which has read what AWS
// offers and made launch templates. Without it the first pods would only wait for the same.
func (e *Environment) catalog(ctx context.Context) error {
	deadline := time.Now().Add(catalogWithin)
	for {
		waiting, err := e.poolsNotReady(ctx)
		switch {
		case err == nil && waiting == "":
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("pool %s is not Ready after %v (%v); see logs/catalog.log", waiting, catalogWithin, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// poolsNotReady names one of the pools that are not Ready, empty when all are.
func (e *Environment) poolsNotReady(ctx context.Context) (string, error) {
	raw, err := e.Client.CoreV1().RESTClient().Get().AbsPath("/apis/karpenter.sh/v1/nodepools").DoRaw(ctx)
	if err != nil {
		return "", err
	}
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct{ Conditions model.Conditions }
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return "", err
	}
	for _, p := range list.Items {
		if !p.Status.Conditions.IsTrue(model.Ready) {
			return p.Metadata.Name, nil
		}
	}
	return "", nil
}
