package emulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	price "github.com/aws/aws-sdk-go-v2/service/pricing/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const catalogTypes = 1340

func TestTypesComeInPages(t *testing.T) {
	ctx, cfg := fresh(t)
	c := ec2.NewFromConfig(cfg)
	seen := map[types.InstanceType]types.InstanceTypeInfo{}
	pages := 0
	for p := ec2.NewDescribeInstanceTypesPaginator(c, &ec2.DescribeInstanceTypesInput{MaxResults: aws.Int32(100)}); p.HasMorePages(); pages++ {
		for _, info := range must[*ec2.DescribeInstanceTypesOutput](t)(p.NextPage(ctx)).InstanceTypes {
			seen[info.InstanceType] = info
		}
	}
	if len(seen) != catalogTypes || pages != 14 {
		t.Errorf("%d types in %d pages, want %d in 14", len(seen), pages, catalogTypes)
	}
	m := seen["m7g.large"]
	if *m.VCpuInfo.DefaultVCpus != 2 || *m.MemoryInfo.SizeInMiB != 8192 || *m.NetworkInfo.MaximumNetworkInterfaces != 3 ||
		*m.NetworkInfo.Ipv4AddressesPerInterface != 10 || m.ProcessorInfo.SupportedArchitectures[0] != "arm64" {
		t.Errorf("m7g.large: %+v", m)
	}
	if g := seen["g5.xlarge"]; g.GpuInfo == nil || *g.GpuInfo.Gpus[0].Count != 1 {
		t.Errorf("g5.xlarge: %+v", g.GpuInfo)
	}
	_, err := c.DescribeInstanceTypes(ctx, &ec2.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{"m99.huge"}})
	wantCode(t, err, "InvalidInstanceType")
}

func TestOfferingsAreByZone(t *testing.T) {
	ctx, cfg := fresh(t)
	c := ec2.NewFromConfig(cfg)
	zones := map[string]int{}
	for p := ec2.NewDescribeInstanceTypeOfferingsPaginator(c, &ec2.DescribeInstanceTypeOfferingsInput{LocationType: types.LocationTypeAvailabilityZone}); p.HasMorePages(); {
		for _, o := range must[*ec2.DescribeInstanceTypeOfferingsOutput](t)(p.NextPage(ctx)).InstanceTypeOfferings {
			zones[*o.Location]++
		}
	}
	if len(zones) != 3 || zones["us-east-1b"] != catalogTypes {
		t.Errorf("offerings by zone: %v", zones)
	}
}

func TestSpotPrices(t *testing.T) {
	ctx, cfg := fresh(t)
	c := ec2.NewFromConfig(cfg)
	got := map[string]string{}
	for p := ec2.NewDescribeSpotPriceHistoryPaginator(c, &ec2.DescribeSpotPriceHistoryInput{ProductDescriptions: []string{"Linux/UNIX"}}); p.HasMorePages(); {
		for _, h := range must[*ec2.DescribeSpotPriceHistoryOutput](t)(p.NextPage(ctx)).SpotPriceHistory {
			got[string(h.InstanceType)+" "+*h.AvailabilityZone] = *h.SpotPrice
		}
	}
	if len(got) != 3*catalogTypes || got["m7g.large us-east-1b"] != "0.025840" {
		t.Errorf("%d prices, m7g.large in b %s", len(got), got["m7g.large us-east-1b"])
	}
}

func TestOnDemandPrices(t *testing.T) {
	ctx, cfg := fresh(t)
	c := pricing.NewFromConfig(cfg)
	where := func(field, value string) price.Filter {
		return price.Filter{Field: &field, Value: &value, Type: price.FilterTypeTermMatch}
	}
	got := map[string]string{}
	for p := pricing.NewGetProductsPaginator(c, &pricing.GetProductsInput{
		ServiceCode: aws.String("AmazonEC2"),
		Filters: []price.Filter{
			where("regionCode", "us-east-1"), where("operatingSystem", "Linux"),
			where("preInstalledSw", "NA"), where("capacitystatus", "Used"), where("marketoption", "OnDemand"),
		},
	}); p.HasMorePages(); {
		for _, text := range must[*pricing.GetProductsOutput](t)(p.NextPage(ctx)).PriceList {
			var product struct {
				Product struct{ Attributes map[string]string }
				Terms   struct {
					OnDemand map[string]struct {
						PriceDimensions map[string]struct{ PricePerUnit map[string]string }
					}
				}
			}
			if err := json.Unmarshal([]byte(text), &product); err != nil {
				t.Fatal(err)
			}
			for _, offer := range product.Terms.OnDemand {
				for _, d := range offer.PriceDimensions {
					got[product.Product.Attributes["instanceType"]] = d.PricePerUnit["USD"]
				}
			}
		}
	}
	if len(got) != catalogTypes || got["m7g.large"] != "0.0816000000" {
		t.Errorf("%d prices, m7g.large %s", len(got), got["m7g.large"])
	}
}

func TestImagesByParameter(t *testing.T) {
	ctx, cfg := fresh(t)
	s, images := ssm.NewFromConfig(cfg), ec2.NewFromConfig(cfg)
	for parameter, want := range map[string]string{
		"/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended/image_id": "arm64 amazon-eks-node-al2023-arm64-standard-1.35-v20261110",
		"/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id":  "x86_64 amazon-eks-node-al2023-x86_64-nvidia-1.35-v20261110",
		"/aws/service/bottlerocket/aws-k8s-1.35/arm64/latest/image_id":                              "arm64 bottlerocket-aws-k8s-1.35-arm64-v1.51.1-",
		"/aws/service/bottlerocket/aws-k8s-1.35-nvidia/x86_64/1.50.0/image_id":                      "x86_64 bottlerocket-aws-k8s-1.35-nvidia-x86_64-v1.50.0-",
	} {
		p := must[*ssm.GetParameterOutput](t)(s.GetParameter(ctx, &ssm.GetParameterInput{Name: &parameter}))
		found := must[*ec2.DescribeImagesOutput](t)(images.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{*p.Parameter.Value}}))
		i := found.Images[0]
		if got := string(i.Architecture) + " " + *i.Name; !strings.HasPrefix(got, want) || !strings.HasPrefix(*i.CreationDate, "2026-1") {
			t.Errorf("%s: %s, made %s; want %s", parameter, got, *i.CreationDate, want)
		}
	}
	_, err := s.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/aws/service/eks/optimized-ami/9.99/amazon-linux-2023/arm64/standard/recommended/image_id")})
	wantCode(t, err, "ParameterNotFound")
	byPath := must[*ssm.GetParametersByPathOutput](t)(s.GetParametersByPath(ctx, &ssm.GetParametersByPathInput{
		Path: aws.String("/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended"), Recursive: aws.Bool(true),
	}))
	if len(byPath.Parameters) != 3 {
		t.Errorf("%d parameters by path, want 3", len(byPath.Parameters))
	}
	_, err = s.PutParameter(ctx, &ssm.PutParameterInput{Name: aws.String("/aws/service/x"), Value: aws.String("v"), Type: ssmtypes.ParameterTypeString})
	if err == nil {
		t.Error("a parameter of AWS was put")
	}
}

func TestImagesByOwnerAndName(t *testing.T) {
	ctx, cfg := fresh(t)
	found := must[*ec2.DescribeImagesOutput](t)(ec2.NewFromConfig(cfg).DescribeImages(ctx, &ec2.DescribeImagesInput{
		Owners:  []string{"amazon"},
		Filters: []types.Filter{filter("name", "amazon-eks-node-al2023-arm64-standard-1.35-*"), filter("architecture", "arm64")},
	}))
	if len(found.Images) != 3 {
		t.Errorf("%d releases, want 3", len(found.Images))
	}
}
