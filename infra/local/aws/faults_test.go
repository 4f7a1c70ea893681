package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	emulator "github.com/slipway-dev/slipway/infra/local/aws"
)

func TestLostAnswer(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.Lost, emulator.Answer500} {
		t.Run(string(kind), func(t *testing.T) {
			ctx, cfg := fresh(t)
			s := openShop(t, ctx, cfg)
			if err := running.Arm(ctx, emulator.Fault{Service: "ec2", Action: "CreateFleet", Kind: kind}); err != nil {
				t.Fatal(err)
			}
			in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
			in.ClientToken = aws.String("t")
			if _, err := s.CreateFleet(ctx, in, func(o *ec2.Options) { o.RetryMaxAttempts = 1 }); err == nil {
				t.Error("an answer came, want none")
			}
			if n := len(s.instances(t, ctx)); n != 1 {
				t.Fatalf("%d instances, want the one of the lost answer", n)
			}
			if got := s.launch(t, ctx, in); len(got.ids) != 1 || len(s.instances(t, ctx)) != 1 {
				t.Errorf("asked again with the same token: %+v", got)
			}
		})
	}
}

func TestRefusedOnRequest(t *testing.T) {
	ctx, cfg := fresh(t)
	s := openShop(t, ctx, cfg)
	if err := running.Arm(ctx, emulator.Fault{Service: "ec2", Action: "CreateFleet", Kind: emulator.Refused}); err != nil {
		t.Fatal(err)
	}
	in := s.fleet("on-demand", 1, s.override("m5.large", "us-east-1a"))
	_, err := s.CreateFleet(ctx, in, func(o *ec2.Options) { o.RetryMaxAttempts = 1 })
	wantCode(t, err, "RequestLimitExceeded")
	if n := len(s.instances(t, ctx)); n != 0 {
		t.Errorf("%d instances of a refused call", n)
	}
}
