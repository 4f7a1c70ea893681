package emulator

import "time"

// Call is one AWS call, as the emulator saw it.
type Call struct {
	Number     int64             `json:"number"`  // in the order of the answers, from 1
	Service    string            `json:"service"` // as in the signature: "ec2", "dynamodb"
	Action     string            `json:"action"`  // "CreateFleet"
	Caller     string            `json:"caller"`  // its AWS_SDK_UA_APP_ID; a function's name here
	StartMS    float64           `json:"start"`   // received, milliseconds since the epoch
	EndMS      float64           `json:"end"`     // answered
	Status     int               `json:"status"`  // HTTP
	Parameters map[string]string `json:"parameters"`
}

// Received is when the whole request had come.
func (c Call) Received() time.Time { return time.UnixMicro(int64(c.StartMS * 1000)) }

// Took is the time that the emulator needed for its answer.
func (c Call) Took() time.Duration {
	return time.Duration((c.EndMS - c.StartMS) * float64(time.Millisecond))
}
