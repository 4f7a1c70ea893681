package provision

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// RecordSchema is the schema number of the decision records that this version writes.
const RecordSchema = 1

// Record is a decision with all that it was made from: sched.Decide of it, with the same version, gives the same
// Plan, byte for byte.
type Record struct {
	Schema     int              `json:"schema"`
	Version    string           `json:"version"` // of the build
	Now        time.Time        `json:"now"`     // as it was given to the decision
	Snapshot   model.Snapshot   `json:"snapshot"`
	Evaluation model.Evaluation `json:"evaluation"`
	Settings   model.Settings   `json:"settings"`
	Plan       model.Plan       `json:"plan"`
}

// record keeps the decision, compressed, under cluster, day, time and epoch. It runs beside Apply: a Plan is not
// held up by its own minutes.
func (d *decision) record(ctx context.Context) error {
	var body bytes.Buffer
	zip, err := gzip.NewWriterLevel(&body, gzip.BestSpeed) // it runs beside Apply, which is to have the processor
	if err != nil {
		return fmt.Errorf("compress the decision record: %w", err)
	}
	err = json.NewEncoder(zip).Encode(Record{
		Schema: RecordSchema, Version: d.handler.Version, Now: d.decidedAt,
		Snapshot: d.snapshot, Evaluation: d.evaluation, Settings: d.settings, Plan: d.plan,
	})
	if err != nil {
		return fmt.Errorf("encode the decision record: %w", err)
	}
	if err := zip.Close(); err != nil {
		return fmt.Errorf("compress the decision record: %w", err)
	}
	key := fmt.Sprintf("decisions/%s/%s-%d.json.gz", d.cluster.Info.Key, d.snapshot.At.UTC().Format("2006/01/02/150405.000"), d.lane.Epoch)
	return wrap("keep the decision record", d.handler.Records.PutDecision(ctx, key, body.Bytes()))
}
