package catalog

import "github.com/slipway-dev/slipway/shared/model"

const gibibyte = 1 << 30

// rootDevice is the volume that pods write to, by family.
func rootDevice(family string) string {
	if family == model.FamilyBottlerocket {
		return "/dev/xvdb"
	}
	return "/dev/xvda"
}

// devicesOf are the class's volumes, or those of its family: encrypted gp3, as Karpenter has them. An image that we
// know nothing about keeps its own.
func devicesOf(class model.EC2NodeClass) []model.BlockDevice {
	if len(class.Devices) > 0 {
		return class.Devices
	}
	switch class.Family {
	case model.FamilyBottlerocket:
		return []model.BlockDevice{volume("/dev/xvda", 4), volume("/dev/xvdb", 20)}
	case model.FamilyAL2023:
		return []model.BlockDevice{volume("/dev/xvda", 20)}
	}
	return nil
}

func volume(name string, gib int64) model.BlockDevice {
	encrypted := true
	return model.BlockDevice{Name: name, Size: gib * gibibyte, Type: "gp3", Encrypted: &encrypted}
}

// defaultStorage is what pods may write when nothing says how large the volume is.
const defaultStorage = 20 * gibibyte

// storageOf is the size in bytes of the volume that pods write to: the one that the class calls its root, or the
// family's by name; of an image that we know nothing about, the last. With an instance store it is the least that a
// node has: types with disks have more.
func storageOf(class model.EC2NodeClass) int64 {
	devices := devicesOf(class)
	size := func(d model.BlockDevice) int64 {
		if d.Size == 0 {
			return defaultStorage // a snapshot's own size, which is not known here
		}
		return d.Size
	}
	for _, d := range devices {
		if d.Root {
			return size(d)
		}
	}
	if class.Family == model.FamilyCustom && len(devices) > 0 {
		return size(devices[len(devices)-1])
	}
	for _, d := range devices {
		if d.Name == rootDevice(class.Family) {
			return size(d)
		}
	}
	return defaultStorage
}
